/// What a part of a multipart body says of itself before its bytes.
package struct MultipartPart: Hashable, Sendable {
    /// The form field's name; no other part of the body has it.
    package var name: String
    /// As the sender spells it: perhaps with folders, never to be used as a path.
    package var fileName: String?
    /// As written, with its parameters.
    package var contentType: String?
    /// How the part is packed, as written; forms do not know this line, but command line clients send it.
    package var contentEncoding: String?

    package init(
        name: String, fileName: String? = nil, contentType: String? = nil, contentEncoding: String? = nil
    ) {
        self.name = name
        self.fileName = fileName
        self.contentType = contentType
        self.contentEncoding = contentEncoding
    }
}
