import BulkModel

/// Reads the names and the delimiter off a complete header line.
struct CSVHeader {
    /// Bytes of one name: longer ones are no column of any database.
    static let nameBytesMax = 1024

    /// What is tried when no delimiter is declared, in order of preference.
    static let delimiters: [UInt8] = Array(",;\t|^`".utf8)

    let delimiter: UInt8
    let names: [String]

    /// `base + start ..< base + end` is the line without its end; `line` and `byte` say where it lies in the
    /// input.
    init(
        _ base: UnsafePointer<UInt8>, from start: Int, to end: Int, delimiter declared: UInt8?,
        limits: Limits, line: Int, byte: Int
    ) throws(FormatError) {
        let fail = HeaderFailure(line: line, byte: byte - start)
        if let bad = UTF8Check.firstBad(base, start, end) {
            throw fail(.badEncoding, "The header is not valid UTF-8; save the file as UTF-8.", at: bad)
        }
        let nul = ByteScan.first(0, base, start, end)
        guard nul == end else {
            throw fail(.badEncoding, "The header holds a NUL byte; save the file as UTF-8.", at: nul)
        }
        guard !CSVHeader.looksLikeJSON(base, start, end) else {
            throw fail(
                .badHeader,
                "The upload begins like JSON, but the job takes CSV; create it with content_type JSON or NDJSON.",
                at: start)
        }
        if let declared, declared == ASCII.quote || declared == ASCII.cr || declared == ASCII.lf {
            throw fail(.badHeader, "A quote or a line end cannot be the delimiter.", at: start)
        }
        delimiter = declared ?? CSVHeader.sniff(base, start, end)
        var names: [String] = []
        var seen: Set<String> = []
        var offset = start
        while true {
            let (name, next) = try CSVHeader.name(base, offset, end, delimiter: delimiter, fail)
            guard !name.allSatisfy({ $0 == " " || $0 == "\t" }) else {
                throw fail(.badHeader, "Column \(names.count + 1) of the header has no name.", at: offset)
            }
            guard seen.insert(name).inserted else {
                throw fail(.badHeader, "The header names column \"\(name)\" twice.", at: offset)
            }
            names.append(name)
            guard names.count <= limits.columnsMax else {
                throw fail(
                    .badHeader, "The header has more than \(limits.columnsMax) columns.", at: offset)
            }
            guard next < end else { break }
            offset = next + 1
        }
        self.names = names
    }

    /// True for a line that is `[` or `{` alone, or goes on as an array of objects or an object does.
    private static func looksLikeJSON(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        let significant = (start..<end).lazy.map { base[$0] }.filter { !ASCII.isJSONSpace($0) }.prefix(2)
        switch Array(significant) {
        case [ASCII.openBracket], [ASCII.openBrace]: return true
        case [ASCII.openBracket, ASCII.openBrace], [ASCII.openBrace, ASCII.quote]: return true
        default: return false
        }
    }

    /// The most frequent candidate outside quotes; a comma when there is none.
    private static func sniff(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> UInt8 {
        var counts = [Int](repeating: 0, count: delimiters.count)
        var isQuoted = false
        for index in start..<end {
            if base[index] == ASCII.quote { isQuoted.toggle() }
            guard !isQuoted, let candidate = delimiters.firstIndex(of: base[index]) else { continue }
            counts[candidate] += 1
        }
        var best = 0
        for candidate in counts.indices where counts[candidate] > counts[best] { best = candidate }
        return delimiters[best]
    }

    /// One name from `start` on, and the offset of the delimiter (or the end) after it.
    private static func name(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, delimiter: UInt8, _ fail: HeaderFailure
    ) throws(FormatError) -> (String, next: Int) {
        var bytes: [UInt8] = []
        var offset = start
        let isQuoted = start < end && base[start] == ASCII.quote
        if isQuoted {
            offset += 1
            while true {
                let quote = ByteScan.first(ASCII.quote, base, offset, end)
                bytes.append(contentsOf: UnsafeBufferPointer(start: base + offset, count: quote - offset))
                guard quote < end else {
                    throw fail(.badHeader, "A quote in the header is never closed.", at: start)
                }
                offset = quote + 1
                guard offset < end, base[offset] == ASCII.quote else { break }
                bytes.append(ASCII.quote)
                offset += 1
            }
        } else {
            offset = ByteScan.first(delimiter, base, start, end)
            bytes.append(contentsOf: UnsafeBufferPointer(start: base + start, count: offset - start))
        }
        let isStray = isQuoted ? offset < end && base[offset] != delimiter : bytes.contains(ASCII.quote)
        guard !isStray else { throw fail(.badHeader, "A quote in the header is misplaced.", at: start) }
        guard bytes.count <= nameBytesMax else {
            throw fail(.badHeader, "A name in the header has more than \(nameBytesMax) bytes.", at: start)
        }
        return (String(decoding: bytes, as: UTF8.self), offset)
    }
}

/// Makes errors of one header line.
struct HeaderFailure {
    let line: Int
    /// Input offset of buffer offset 0.
    let byte: Int

    func callAsFunction(_ code: FormatError.Code, _ message: String, at offset: Int) -> FormatError {
        FormatError(code, message, at: Position(record: 0, line: line, byte: byte + offset))
    }
}
