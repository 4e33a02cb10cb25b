export const greeting = 'Bom dia from {{host}}! I am {{version}}, up for {{uptime}}.\n'
