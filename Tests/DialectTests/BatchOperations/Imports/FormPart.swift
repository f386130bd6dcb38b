/// A part of a form, as clients write it.
struct FormPart {
    var name: String
    var content: [UInt8]
    /// What follows the name on its line, and lines behind that.
    var head: String

    init(_ name: String, _ content: [UInt8], _ head: String = "") {
        self.name = name
        self.content = content
        self.head = head
    }

    /// A CSV file.
    static func csv(_ content: String) -> FormPart {
        FormPart("file", Array(content.utf8), "; filename=\"resources.csv\"\r\nContent-Type: text/csv")
    }

    static func options(_ json: String) -> FormPart { FormPart("options", Array(json.utf8)) }

    /// The whole body, with the boundary `XX`.
    static func form(_ parts: [FormPart]) -> [UInt8] {
        var body: [UInt8] = []
        for part in parts {
            body += Array(
                "--XX\r\nContent-Disposition: form-data; name=\"\(part.name)\"\(part.head)\r\n\r\n".utf8)
            body += part.content + [0x0D, 0x0A]
        }
        return body + Array("--XX--\r\n".utf8)
    }
}
