import './style.css'

const show = async (): Promise<void> => {
  const { time } = (await (await fetch('/api/time')).json()) as { time: string }
  document.querySelector('#time')!.textContent = `It is ${time}.`
}
void show()
