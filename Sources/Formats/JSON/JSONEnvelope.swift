package import BulkModel

/// Takes apart a body such as `{"resources": […], "options": {…}}` while it arrives: the one array of records is handed
/// through as it comes, the other members, which are small, are given whole. Constant memory.
///
/// Syntax is held strictly outside of the records; in them brackets and strings only, since who decodes a record finds
/// what else is wrong with it. Errors have the byte of the body.
package struct JSONEnvelope: Sendable {
    private let names: Names
    private let limits: Limits
    private var state = State.start
    private var buffer: [UInt8] = []
    /// The next unread byte in `buffer`, and the body's byte at which `buffer` begins.
    private var offset = 0
    private var origin = 0
    private var skimmer: JSONEnvelopeSkimmer
    /// The key or value at hand, where it is to be read as a whole, and where it began in the body.
    private var token: [UInt8] = []
    private var tokenByte = 0
    private var key = ""
    private var seen: Set<String> = []
    private var hasRecords = false
    private var recordCount = 0
    /// Bytes of the members that were given whole.
    private var memberBytes = 0

    /// Which members there may be.
    package struct Names: Hashable, Sendable {
        /// Any one of these is the array of records.
        package var records: [String]
        package var others: [String]

        package init(records: [String], others: [String]) {
            self.records = records
            self.others = others
        }
    }

    private enum State {
        case start, firstKey, nextKey, key, colon, value
        case records, firstRecord, nextRecord, record, behindRecord, recordsEnd
        case member, behindMember, end
    }

    /// For one body of at most `limits.bulkRecordsMax` records; keys and members that are given whole have
    /// `limits.importOptionsBytesMax` bytes together.
    package init(names: Names, limits: Limits) {
        self.names = names
        self.limits = limits
        skimmer = JSONEnvelopeSkimmer(depthMax: limits.jsonDepthMax)
    }

    /// Takes the next piece, of any size, once `next` has given nil.
    package mutating func take(_ bytes: [UInt8]) {
        origin += buffer.count
        buffer = bytes
        offset = 0
    }

    /// What comes next; nil when that takes more bytes. Throws for what is no such body; this value is then of no further
    /// use.
    package mutating func next() throws(FormatError) -> JSONEnvelopeEvent? {
        while offset < buffer.count || state == .recordsEnd {
            switch state {
            case .records, .firstRecord, .nextRecord, .record, .behindRecord: return .bytes(try records())
            case .recordsEnd:
                state = .behindMember
                return .recordsEnd
            case .key: try readKey()
            case .member: if let member = try readMember() { return .member(member) }
            default: if let event = try step() { return event }
            }
        }
        return nil
    }

    /// Ends the body; throws `truncated` unless the object was closed.
    package func finish() throws(FormatError) {
        guard state != .end else { return }
        let byte = origin + buffer.count
        guard state != .start else {
            throw error(.badSyntax, "The body is empty; it must be a JSON object.", byte)
        }
        throw error(.truncated, "The body ends in the middle of the JSON object; it was cut short.", byte)
    }

    /// One byte of what stands between members.
    private mutating func step() throws(FormatError) -> JSONEnvelopeEvent? {
        let byte = buffer[offset]
        guard !ASCII.isJSONSpace(byte) else {
            offset += 1
            return nil
        }
        switch (state, byte) {
        case (.start, ASCII.openBrace): state = .firstKey
        case (.firstKey, ASCII.quote), (.nextKey, ASCII.quote):
            begin(.key)
            return nil
        case (.colon, ASCII.colon): state = .value
        case (.value, _): return try beginValue(with: byte)
        case (.behindMember, ASCII.comma): state = .nextKey
        case (.firstKey, ASCII.closeBrace), (.behindMember, ASCII.closeBrace):
            state = .end
            offset += 1
            return .end
        case (.start, _):
            throw error(.badSyntax, "The body must be a JSON object, beginning with \"{\".", here)
        case (.end, _): throw error(.badSyntax, "Text follows the JSON object.", here)
        default: throw error(.badSyntax, "This is not valid JSON.", here)
        }
        offset += 1
        return nil
    }

    private var here: Int { origin + offset }

    /// Begins to follow a value.
    private mutating func begin(_ state: State) {
        self.state = state
        skimmer = JSONEnvelopeSkimmer(depthMax: limits.jsonDepthMax - 1)
        token.removeAll()
        tokenByte = here
    }

    private mutating func readKey() throws(FormatError) {
        guard try collect(), case .string(let name) = try parsed() else { return }
        guard names.records.contains(name) || names.others.contains(name) else {
            let known = (names.records + names.others).joined(separator: ", ")
            throw error(
                .badSyntax, "The body has no member \"\(name.prefix(100))\"; known: \(known).", tokenByte)
        }
        guard seen.insert(name).inserted else {
            throw error(.duplicateKey, "The body names \"\(name)\" twice.", tokenByte)
        }
        key = name
        state = .colon
    }

    private mutating func beginValue(with byte: UInt8) throws(FormatError) -> JSONEnvelopeEvent? {
        guard names.records.contains(key) else {
            begin(.member)
            return nil
        }
        guard !hasRecords else {
            throw error(
                .duplicateKey,
                "The body has two arrays of records, \(names.records.joined(separator: " and ")); send one.",
                here)
        }
        guard byte == ASCII.openBracket else {
            throw error(.badSyntax, "\"\(key)\" must be an array of records.", here)
        }
        hasRecords = true
        state = .records
        return .recordsBegin(name: key)
    }

    private mutating func readMember() throws(FormatError) -> JSONValue.Member? {
        guard try collect() else { return nil }
        state = .behindMember
        return JSONValue.Member(key, try parsed())
    }

    /// Reads on in the key or value at hand; true when it is complete.
    private mutating func collect() throws(FormatError) -> Bool {
        let start = offset
        // What lies behind the bound is not looked at, so that the fault is the same however the body is cut.
        let end = min(buffer.count, start + limits.importOptionsBytesMax - memberBytes)
        let isDone = try skim(to: end)
        memberBytes += offset - start
        guard isDone || end == buffer.count else {
            throw error(
                .tooLarge,
                "What stands beside the records is over the \(limits.importOptionsBytesMax) bytes that are taken.",
                tokenByte)
        }
        token += buffer[start..<offset]
        return isDone
    }

    private func parsed() throws(FormatError) -> JSONValue {
        do throws(FormatError) {
            return try JSONParser.parse(token, limits: limits)
        } catch {
            throw FormatError(
                error.code, error.message,
                at: Position(record: 0, line: 0, byte: tokenByte + error.position.byte))
        }
    }

    /// Follows the value at hand as far as `count`; true when it is complete.
    private mutating func skim(to count: Int) throws(FormatError) -> Bool {
        do throws(JSONSyntaxError) {
            let (end, isDone) = try buffer.withUnsafeBufferPointer {
                (bytes) throws(JSONSyntaxError) -> (end: Int, isDone: Bool) in
                guard let base = bytes.baseAddress else { return (0, false) }
                return try skimmer.run(base, from: offset, to: count)
            }
            offset = end
            return isDone
        } catch {
            let code: FormatError.Code = error.issue == .tooDeep ? .tooDeep : .badSyntax
            throw self.error(code, error.issue.message, origin + error.offset)
        }
    }

    /// Reads on in the array of records as far as it has come.
    private mutating func records() throws(FormatError) -> ArraySlice<UInt8> {
        let start = offset
        while offset < buffer.count, state != .recordsEnd {
            if state == .record {
                if try skim(to: buffer.count) { state = .behindRecord }
            } else {
                try stepRecords(buffer[offset])
            }
        }
        return buffer[start..<offset]
    }

    /// One byte of what stands between records.
    private mutating func stepRecords(_ byte: UInt8) throws(FormatError) {
        guard !ASCII.isJSONSpace(byte) else {
            offset += 1
            return
        }
        switch (state, byte) {
        case (.records, _): state = .firstRecord
        case (.firstRecord, ASCII.closeBracket), (.behindRecord, ASCII.closeBracket): state = .recordsEnd
        case (.behindRecord, ASCII.comma): state = .nextRecord
        case (.firstRecord, _), (.nextRecord, _):
            try beginRecord()
            return
        default: throw error(.badSyntax, "A comma or \"]\" must follow a record.", here)
        }
        offset += 1
    }

    private mutating func beginRecord() throws(FormatError) {
        recordCount += 1
        guard recordCount <= limits.bulkRecordsMax else {
            throw error(
                .tooLarge,
                "The body has more than the \(limits.bulkRecordsMax) records that one request takes; send several.",
                here)
        }
        skimmer = JSONEnvelopeSkimmer(depthMax: limits.jsonDepthMax)
        state = .record
    }

    private func error(_ code: FormatError.Code, _ message: String, _ byte: Int) -> FormatError {
        FormatError(code, message, at: Position(record: 0, line: 0, byte: byte))
    }
}
