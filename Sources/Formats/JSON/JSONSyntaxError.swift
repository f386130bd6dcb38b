/// What breaks JSON syntax, and at which offset of the buffer.
struct JSONSyntaxError: Error {
    enum Issue: String {
        case badSyntax = "bad_syntax"
        case truncated
        case badEscape = "bad_escape"
        case loneSurrogate = "lone_surrogate"
        case controlCharacter = "control_character"
        case badNumber = "bad_number"
        case tooDeep = "too_deep"
        case nulByte = "nul_byte"
        case duplicateKey = "duplicate_key"
        case notAnObject = "not_an_object"
        case invalidUTF8 = "invalid_utf8"

        /// What is wrong and what to do, as a sentence.
        var message: String {
            switch self {
            case .badSyntax: "This is not valid JSON."
            case .truncated: "The JSON ends in the middle of a value."
            case .badEscape: "A backslash in a string begins no escape that JSON knows; double it."
            case .loneSurrogate: "A \\u escape is half of a surrogate pair; write both halves."
            case .controlCharacter: "A string holds a raw control character; escape it."
            case .badNumber: "A number is not written as JSON has it."
            case .tooDeep: "The nesting is too deep."
            case .nulByte: "A string holds a NUL character; remove it."
            case .duplicateKey: "An object names the same key twice."
            case .notAnObject: "A record must be a JSON object."
            case .invalidUTF8: "The bytes are not valid UTF-8."
            }
        }
    }

    var issue: Issue
    var offset: Int

    init(_ issue: Issue, at offset: Int) {
        self.issue = issue
        self.offset = offset
    }
}
