package import BulkModel

/// What makes a whole input unreadable: thrown by splitter, inflater and JSON parser.
package struct FormatError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// No header, or an empty, repeated or too long name in it.
        case badHeader = "bad_header"
        /// UTF-16 or other marks that are not UTF-8.
        case badEncoding = "bad_encoding"
        /// Not JSON where JSON must be, or not the kind of value that is taken.
        case badSyntax = "bad_syntax"
        case tooDeep = "too_deep"
        case duplicateKey = "duplicate_key"
        case truncated = "truncated"
        /// gzip: bad magic, method, checksum or length.
        case corrupt = "corrupt"
        /// gzip: over the ratio, or over the absolute limit.
        case expandsTooMuch = "expands_too_much"
        case tooLarge = "too_large"
    }

    package var code: Code
    package var message: String
    package var position: Position

    package init(_ code: Code, _ message: String, at position: Position) {
        self.code = code
        self.message = message
        self.position = position
    }
}
