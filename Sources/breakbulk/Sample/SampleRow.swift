/// Appends the cells of one row as CSV or as a JSON object: the one place that knows the difference.
///
/// Hot: no allocation but the growth of the buffer, which is reused.
struct SampleRow {
    private let isCSV: Bool
    private let names: [[UInt8]]
    private var cellIndex = 0
    private(set) var bytes: [UInt8] = []

    init(table: SampleTable, format: SampleFormat, capacity: Int) {
        isCSV = format == .csv
        names = table.columns.map { Array("\"\($0)\":".utf8) }
        bytes.reserveCapacity(capacity)
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func begin() {
        cellIndex = 0
        if !isCSV { bytes.append(UInt8(ascii: "{")) }
    }

    mutating func end() {
        bytes.append(isCSV ? UInt8(ascii: "\n") : UInt8(ascii: "}"))
    }

    mutating func integer(_ number: Int) {
        beginCell()
        digits(number)
    }

    /// A number of hundredths, with two decimals.
    mutating func hundredths(_ number: Int) {
        beginCell()
        digits(number / 100)
        bytes.append(UInt8(ascii: "."))
        twoDigits(number % 100)
    }

    mutating func orderNumber(_ id: Int) {
        beginCell()
        quoteInJSON()
        OrderNumber.append(id, to: &bytes)
        quoteInJSON()
    }

    /// Text without quotes, backslashes and control characters; `needsQuotes` when it holds a comma.
    mutating func text(_ text: [UInt8], needsQuotes: Bool = false) {
        beginCell()
        if needsQuotes || !isCSV { bytes.append(UInt8(ascii: "\"")) }
        bytes.append(contentsOf: text)
        if needsQuotes || !isCSV { bytes.append(UInt8(ascii: "\"")) }
    }

    /// `prefix`, a number and `suffix` as one text.
    mutating func text(_ prefix: [UInt8], _ number: Int, _ suffix: [UInt8] = []) {
        beginCell()
        quoteInJSON()
        bytes.append(contentsOf: prefix)
        digits(number)
        bytes.append(contentsOf: suffix)
        quoteInJSON()
    }

    /// A JSON value without line breaks: itself in JSON, in CSV a quoted cell (RFC 4180, 2.7: quotes doubled).
    mutating func json(_ value: [UInt8]) {
        beginCell()
        guard isCSV else { return bytes.append(contentsOf: value) }
        let quote = UInt8(ascii: "\"")
        bytes.append(quote)
        for byte in value {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }

    /// No value: an empty cell, or no member.
    mutating func absent() {
        if isCSV { beginCell() } else { cellIndex += 1 }
    }

    mutating func date(_ date: SampleDate) {
        beginCell()
        quoteInJSON()
        digits(date)
        quoteInJSON()
    }

    /// The date with a time of day in UTC.
    mutating func timestamp(_ date: SampleDate, secondOfDay: Int) {
        beginCell()
        quoteInJSON()
        digits(date)
        bytes.append(UInt8(ascii: "T"))
        twoDigits(secondOfDay / 3600)
        bytes.append(UInt8(ascii: ":"))
        twoDigits(secondOfDay / 60 % 60)
        bytes.append(UInt8(ascii: ":"))
        twoDigits(secondOfDay % 60)
        bytes.append(UInt8(ascii: "Z"))
        quoteInJSON()
    }

    private mutating func beginCell() {
        if isCSV {
            if cellIndex > 0 { bytes.append(UInt8(ascii: ",")) }
        } else {
            if cellIndex > 0, bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: names[cellIndex])
        }
        cellIndex += 1
    }

    private mutating func quoteInJSON() {
        if !isCSV { bytes.append(UInt8(ascii: "\"")) }
    }

    private mutating func digits(_ date: SampleDate) {
        digits(date.year)
        bytes.append(UInt8(ascii: "-"))
        twoDigits(date.month)
        bytes.append(UInt8(ascii: "-"))
        twoDigits(date.day)
    }

    private mutating func twoDigits(_ number: Int) {
        bytes.append(UInt8(ascii: "0") + UInt8(number / 10))
        bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    private mutating func digits(_ number: Int) {
        var count = 1
        var bound = 10
        while count < 18, number >= bound {
            count += 1
            bound *= 10
        }
        let start = bytes.count
        for _ in 0..<count { bytes.append(UInt8(ascii: "0")) }
        var rest = UInt64(number)
        var index = start + count
        while index > start {
            index -= 1
            let tenth = rest / 10
            bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest - tenth * 10)
            rest = tenth
        }
    }
}
