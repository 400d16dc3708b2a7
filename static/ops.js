// The reference page: finding an operation, and its miniature that answers to the pointer.
// @ts-check

/** @typedef {[number, number | null, number | null]} Point x, value, slope */
/** @typedef {{shape: number[], shown: string[]}} Grid */
/** @typedef {{operands: Grid[], result: Grid, weights: (number | string)[][][]}} Cells */

const SVG = 'http://www.w3.org/2000/svg'
const WIDTH = 240
const HEIGHT = 120
const TALLEST = 3.2 // values beyond it leave the picture: the interesting part of every op is near 0

const across = (/** @type {number} */ x) => ((x + 3) / 6) * WIDTH
const up = (/** @type {number} */ y) => HEIGHT / 2 - (y / TALLEST) * (HEIGHT / 2)
const signed = (/** @type {number} */ value) => String(Number(value.toPrecision(4))).replace('-', '−')

/** A curve as a path, broken where there is no number or where it jumps. */
export function path(/** @type {Point[]} */ points, /** @type {1 | 2} */ which) {
  let text = ''
  let last = /** @type {number | null} */ (null)
  for (const point of points) {
    const y = point[which]
    const jumps = y !== null && last !== null && Math.abs(y - last) > 0.75 * TALLEST
    if (y === null || Math.abs(y) > 3 * TALLEST) last = null
    else {
      text += `${last === null || jumps ? 'M' : 'L'}${across(point[0]).toFixed(1)} ${up(y).toFixed(1)}`
      last = y
    }
  }
  return text
}

function drawn(/** @type {string} */ name, /** @type {Record<string, string | number>} */ attributes) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  return made
}

function showCurve(/** @type {HTMLElement} */ figure) {
  const points = /** @type {Point[]} */ (JSON.parse(figure.dataset.points ?? '[]'))
  const svg = /** @type {SVGElement} */ (figure.querySelector('svg'))
  const slider = /** @type {HTMLInputElement} */ (figure.querySelector('input'))
  const caption = /** @type {HTMLElement} */ (figure.querySelector('figcaption'))
  const tangent = drawn('line', { class: 'tangent' })
  const dot = drawn('circle', { r: 4 })
  svg.append(
    drawn('line', { class: 'axis', x1: 0, x2: WIDTH, y1: up(0), y2: up(0) }),
    drawn('line', { class: 'axis', x1: across(0), x2: across(0), y1: 0, y2: HEIGHT }),
    drawn('path', { class: 'slope', d: path(points, 2) }),
    drawn('path', { class: 'f', d: path(points, 1) }),
    tangent,
    dot,
  )
  const name = /** @type {HTMLElement} */ (figure.closest('.op')).id
  function show() {
    const [x, value, slope] = points[slider.valueAsNumber]
    const there = value !== null && Math.abs(value) <= TALLEST
    dot.toggleAttribute('hidden', !there)
    tangent.toggleAttribute('hidden', !there || slope === null)
    if (value !== null) {
      dot.setAttribute('cx', across(x).toFixed(1))
      dot.setAttribute('cy', up(value).toFixed(1))
    }
    if (value !== null && slope !== null) {
      const reach = 0.6 / Math.hypot(1, slope)
      for (const [end, side] of /** @type {const} */ ([['1', -reach], ['2', reach]])) {
        tangent.setAttribute(`x${end}`, across(x + side).toFixed(1))
        tangent.setAttribute(`y${end}`, up(value + slope * side).toFixed(1))
      }
    }
    const number = document.createElement('b')
    number.textContent = value === null ? '—' : signed(value)
    const steepness = document.createElement('i')
    steepness.textContent = slope === null ? '—' : signed(slope)
    caption.replaceChildren(`${name}(${signed(x)}) = `, number, '  ∂z/∂x = ', steepness)
  }
  slider.addEventListener('input', show)
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect()
    const share = (event.clientX - box.left) / box.width
    slider.value = String(Math.round(share * (points.length - 1)))
    show()
  })
  show()
}

/** A tensor as a table; higher ranks are laid out with their last axis across. */
function table(/** @type {Grid} */ grid, /** @type {string} */ name, /** @type {boolean} */ isResult) {
  const made = document.createElement('table')
  const columns = grid.shape.at(-1) ?? 1
  made.createCaption().textContent = `${name} ${grid.shape.join('×')}`
  let row = made.insertRow()
  grid.shown.forEach((shown, index) => {
    if (index && index % columns === 0) row = made.insertRow()
    const cell = row.insertCell()
    if (isResult) {
      cell.className = 'out'
      const button = document.createElement('button')
      button.textContent = shown
      cell.append(button)
    } else {
      const weight = document.createElement('small')
      cell.append(shown, weight)
    }
  })
  return made
}

function showCells(/** @type {HTMLElement} */ figure) {
  const data = /** @type {Cells} */ (JSON.parse(figure.dataset.cells ?? '{}'))
  const operands = data.operands.map((grid, index) => table(grid, 'xyzuv'[index], false))
  const result = table(data.result, 'z', true)
  const arrow = document.createElement('span')
  arrow.className = 'arrow'
  arrow.textContent = '→'
  const tensors = document.createElement('div')
  tensors.className = 'tensors'
  tensors.append(...operands, arrow, result)
  figure.prepend(tensors)
  const outs = [...result.querySelectorAll('td')]
  function show(/** @type {number} */ chosen) {
    outs.forEach((cell, index) => cell.classList.toggle('on', index === chosen))
    operands.forEach((each, operand) => {
      each.querySelectorAll('td').forEach((cell, index) => {
        const weight = data.weights[chosen]?.[operand]?.[index] ?? 0
        cell.classList.toggle('on', weight !== 0)
        const shown = /** @type {HTMLElement} */ (cell.querySelector('small'))
        shown.textContent = weight === 0 ? '' : `×${typeof weight === 'number' ? signed(weight) : weight}`
      })
    })
  }
  outs.forEach((cell, index) => {
    cell.addEventListener('pointerenter', () => show(index))
    cell.addEventListener('focusin', () => show(index))
  })
  if (data.weights.length) show(0)
}

const search = /** @type {HTMLInputElement} */ (document.getElementById('search'))
const found = /** @type {HTMLElement} */ (document.getElementById('found'))
const cards = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.op')])

/** Shows the cards that have every word that was typed. */
function find() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean)
  let count = 0
  for (const card of cards) {
    const text = card.dataset.words ?? ''
    card.hidden = !words.every((word) => text.includes(word))
    count += Number(!card.hidden)
  }
  for (const room of document.querySelectorAll('section')) {
    room.hidden = !room.querySelector('.op:not([hidden])')
  }
  found.textContent = count ? (found.dataset.all ?? '').replace('{count}', String(count)) : (found.dataset.none ?? '')
}

search.addEventListener('input', find)
const shower = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (!isIntersecting) continue
    shower.unobserve(target)
    const figure = /** @type {HTMLElement} */ (target)
    if (figure.classList.contains('curve')) showCurve(figure)
    else showCells(figure)
  }
}, { rootMargin: '400px' })
// What is wider than its card can be scrolled, by keyboard too.
for (const wide of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.formula, dd, .domain'))) {
  if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0
}
document.querySelectorAll('figure').forEach((figure) => shower.observe(figure))
find()
