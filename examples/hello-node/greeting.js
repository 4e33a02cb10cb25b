export const greeting = 'Hello from {{host}}! I am {{version}}, up for {{uptime}}.\n'
