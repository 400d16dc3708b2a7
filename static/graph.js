/** A pass as a graph to walk in: what leads where, and when what happens. No DOM here. */

/**
 * @typedef {{id: string, source: string, target: string}} Edge
 * @typedef {"onwards"|"back"|"before"|"after"} Way towards the output, towards the leaves, to a neighbour
 */

const EDGE = /^(n\d+)_(n\d+)_\d+$/;

export class Graph {
  /** @param {Iterable<string>} ids of nodes and edges, in the order they were made */
  constructor(ids) {
    /** @type {string[]} */
    this.nodes = [];
    /** @type {Map<string, Edge>} */
    this.edges = new Map();
    for (const id of ids) {
      const found = EDGE.exec(id);
      if (found) this.edges.set(id, { id, source: found[1], target: found[2] });
      else this.nodes.push(id);
    }
    this.arriving = grouped(this.edges.values(), "target");
    this.leaving = grouped(this.edges.values(), "source");
  }

  /**
   * Where an arrow key leads from a node or an edge: along the edges, or to the one beside it; itself at the border.
   * @param {string} id
   * @param {Way} way
   * @returns {string}
   */
  walk(id, way) {
    const edge = this.edges.get(id);
    if (way === "onwards") return edge ? edge.target : (this.leaving.get(id)?.[0].id ?? id);
    if (way === "back") return edge ? edge.source : (this.arriving.get(id)?.[0].id ?? id);
    const row = edge ? [...this.siblings(edge)] : this.nodes;
    const at = row.indexOf(id) + (way === "after" ? 1 : -1);
    return row[at] ?? id;
  }

  /** @param {Edge} edge @returns {Set<string>} the edges beside it: those of the same result, then of the same operand */
  siblings({ source, target }) {
    return new Set([...(this.arriving.get(target) ?? []), ...(this.leaving.get(source) ?? [])].map((each) => each.id));
  }

  /**
   * The next step, from `after` on and around, at which something happens to a node or along an edge.
   * @param {import("./film.js").Step[]} steps
   * @param {string} id
   * @param {number} after
   * @returns {number|null}
   */
  stepOf(steps, id, after) {
    const edge = this.edges.get(id);
    const happens = /** @param {import("./film.js").Step} step */ (step) => (edge ? step.edge === id : step.node === id);
    const later = steps.findIndex((step, index) => index > after && happens(step));
    const found = later >= 0 ? later : steps.findIndex(happens);
    if (found >= 0 || !edge) return found >= 0 ? found : null;
    const made = steps.findIndex((step) => step.phase === "forward" && step.node === edge.target);
    return made >= 0 ? made : null;
  }
}

/** @param {Iterable<Edge>} edges @param {"source"|"target"} by */
function grouped(edges, by) {
  /** @type {Map<string, Edge[]>} */
  const groups = new Map();
  for (const edge of edges) {
    const group = groups.get(edge[by]);
    if (group) group.push(edge);
    else groups.set(edge[by], [edge]);
  }
  return groups;
}
