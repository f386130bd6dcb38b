import BulkModel

/// Reads the header lines of a part (RFC 7578, 4): who needs no other line than these ignores the rest.
struct MultipartHeaders {
    private var lines: [String: String] = [:]
    /// Where the lines begin in the body.
    private let byte: Int

    private static let nameBytesMax = 255
    private static let fileNameBytesMax = 1024
    private static let known: Set<String> = [
        "content-disposition", "content-type", "content-encoding", "content-transfer-encoding",
    ]

    /// `bytes` are whole lines, each with its CRLF.
    init(_ bytes: ArraySlice<UInt8>, at byte: Int) throws(FormatError) {
        self.byte = byte
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error(.badEncoding, "The header lines of a part are not UTF-8.")
        }
        for line in text.split(separator: "\r\n") { try take(line) }
    }

    /// The part that the lines describe.
    func part() throws(FormatError) -> MultipartPart {
        guard let disposition = lines["content-disposition"].flatMap(HeaderParameters.init),
            disposition.value == "form-data", let name = disposition["name"], !name.isEmpty
        else {
            throw error(.badHeader, "A part has no line Content-Disposition: form-data; name=\"…\".")
        }
        guard name.utf8.count <= Self.nameBytesMax else {
            throw error(.tooLarge, "The name of a part is over \(Self.nameBytesMax) bytes.")
        }
        let fileName = disposition["filename"]
        guard (fileName?.utf8.count ?? 0) <= Self.fileNameBytesMax else {
            throw error(.tooLarge, "The file name of a part is over \(Self.fileNameBytesMax) bytes.")
        }
        try checkTransferEncoding(of: name)
        return MultipartPart(
            name: name, fileName: fileName, contentType: lines["content-type"],
            contentEncoding: lines["content-encoding"])
    }

    private mutating func take(_ line: Substring) throws(FormatError) {
        guard let colon = line.firstIndex(of: ":"), colon > line.startIndex,
            line[..<colon].utf8.allSatisfy({ $0 > ASCII.space && $0 < 0x7F })
        else {
            throw error(.badHeader, "A header line of a part is not Name: value on one line.")
        }
        guard line.utf8.allSatisfy({ $0 >= ASCII.space && $0 != 0x7F || $0 == ASCII.tab }) else {
            throw error(.badHeader, "A header line of a part holds a control character.")
        }
        let name = line[..<colon].lowercased()
        guard Self.known.contains(name) else { return }
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        guard lines.updateValue(String(value), forKey: name) == nil else {
            throw error(.badHeader, "A part has the line \(name) twice.")
        }
    }

    /// Parts of forms are sent as they are (RFC 7578, 4.7).
    private func checkTransferEncoding(of name: String) throws(FormatError) {
        guard let encoding = lines["content-transfer-encoding"].flatMap(HeaderParameters.init)?.value,
            !["binary", "8bit", "7bit"].contains(encoding)
        else { return }
        throw error(
            .badEncoding,
            "The part \"\(name)\" has Content-Transfer-Encoding \(encoding); send its bytes as they are (binary)."
        )
    }

    private func error(_ code: FormatError.Code, _ message: String) -> FormatError {
        FormatError(code, message, at: Position(record: 0, line: 0, byte: byte))
    }
}
