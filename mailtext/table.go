package mailtext

import "bytes"

const maxCells = 100_000 // of a table that is shown as one

// table is one whose cells were written one below the other. If it turns out to
// hold data, its rows are written anew.
type table struct {
	from         int // of it in the text
	presentation bool
	nested       bool // it holds another table
	header       bool // it has a th
	cells        int
	rows         [][]cell
	open         bool // within a cell
	at           int  // where the text of the cell begins; -1: it has none yet

	// what waited before the table
	breaks, lastQuote int
	marker            string
}

// cell is where the text of a cell is.
type cell struct{ from, to int }

func (t *table) row() {
	if t.cells < maxCells {
		t.rows = append(t.rows, nil)
	}
}

func (c *converter) innerTable() *table {
	if n := len(c.tables); n > 0 {
		return c.tables[n-1]
	}
	return nil
}

func (c *converter) beginCell(header bool) {
	t := c.innerTable()
	if t == nil {
		return
	}
	t.header = t.header || header
	if len(t.rows) == 0 {
		t.row()
	}
	t.open, t.at = true, -1
	c.watch = &t.at
}

func (c *converter) endCell() {
	t := c.innerTable()
	if t == nil || !t.open {
		return
	}
	t.open, c.watch = false, nil
	if t.cells++; t.cells > maxCells {
		t.nested = true
		return
	}
	last := len(t.rows) - 1
	from := t.at
	if from < 0 {
		from = len(c.out)
	}
	t.rows[last] = append(t.rows[last], cell{from, len(c.out)})
}

// isData reports whether the table holds data: a header, or two columns in two
// rows, and no more than one line in a cell.
func (t *table) isData(out []byte) bool {
	if t.presentation || t.nested {
		return false
	}
	wide := 0
	for _, row := range t.rows {
		filled := 0
		for _, cell := range row {
			text := out[cell.from:cell.to]
			if bytes.IndexByte(text, '\n') >= 0 {
				return false
			}
			if len(text) > 0 {
				filled++
			}
		}
		if filled > 1 {
			wide++
		}
	}
	return wide > 1 || t.header && wide > 0
}

// endTable writes the rows of a table that holds data anew, each in one line.
func (c *converter) endTable(t *table) {
	if c.full || !t.isData(c.out) {
		return
	}
	var rows []string
	for _, row := range t.rows {
		var line []byte
		empty := true
		for i, cell := range row {
			if i > 0 {
				line = append(line, " | "...)
			}
			line = append(line, c.out[cell.from:cell.to]...)
			empty = empty && cell.from == cell.to
		}
		if !empty {
			rows = append(rows, string(line))
		}
	}
	c.rewind(t)
	for _, row := range rows {
		c.textBreak(1)
		c.verbatim(row)
	}
	c.textBreak(2)
}

// rewind takes back what was written from a table on.
func (c *converter) rewind(t *table) {
	c.out = c.out[:t.from]
	c.lineFrom, c.last, c.lastQuote = t.from, 0, t.lastQuote
	c.breaks, c.space, c.nbsp, c.marker = t.breaks, false, false, t.marker
	if t.from > 0 && t.marker == "" {
		c.breaks = 2
	}
	for len(c.regions) > 0 && c.regions[len(c.regions)-1].from > t.from {
		c.regions = c.regions[:len(c.regions)-1]
	}
}
