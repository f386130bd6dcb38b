import BulkModel
import Engine
import Formats
import Planning

/// The parts that lines of a stream are made of.
extension JSONWriter {
    /// `{"type":"success","recordId":…`, open.
    mutating func beginSuccess(_ keys: GeneratedKeys, _ index: Int) {
        literal("{\"type\":\"success\",\"recordId\":")
        key(keys, index)
    }

    /// The whole line of a record that failed; `number` (from 1) is its place.
    mutating func errorLine(_ fault: Fault, number: Int, _ style: LineStyle, key: (inout JSONWriter) -> Void)
    {
        literal("{\"type\":\"error\",\"recordId\":")
        key(&self)
        literal(",\"error\":")
        string(fault.code.rawValue)
        literal(",\"message\":")
        string(fault.message)
        literal(",\"retryable\":")
        literal(fault.code.isRetryable ? "true" : "false")
        member(",\"field\":", fault.column)
        member(",\"issue\":", fault.issue)
        if style.isIngest { place(fault, number: number) }
        endLine(style)
    }

    /// A key of the receipt as JSON: a number where the column holds whole numbers; `null` when nobody knows it.
    mutating func key(_ keys: GeneratedKeys, _ index: Int) {
        switch keys {
        case .integers(let numbers) where index < numbers.count: number(numbers[index])
        case .texts(let texts) where index < texts.count: text(texts[index])
        default: literal("null")
        }
    }

    /// The same for a single key.
    mutating func key(_ key: RecordKey?) {
        switch key {
        case .integer(let number): self.number(number)
        case .text(let text): self.text(text)
        case nil: literal("null")
        }
    }

    /// The end of a record's line.
    mutating func endLine(_ style: LineStyle) {
        literal(style.isDryRun ? ",\"dryRun\":true}\n" : "}\n")
    }

    /// A whole number behind its name.
    mutating func member(_ name: StaticString, _ number: Int) {
        literal(name)
        self.number(Int64(number))
    }

    /// A text behind its name, where there is one.
    mutating func member(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        literal(name)
        string(text)
    }

    /// An empty key stands for one that is not known.
    private mutating func text(_ text: String) {
        if text.isEmpty { literal("null") } else { string(text) }
    }

    /// Where in the request's body the fault is.
    private mutating func place(_ fault: Fault, number: Int) {
        member(",\"record\":", number)
        if fault.position.line > 0 {
            member(",\"line\":", fault.position.line)
            member(",\"byte\":", fault.position.byte)
        }
        member(",\"column\":", fault.column)
    }
}
