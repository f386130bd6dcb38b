import Formats

/// One field of a test record, as a decoder would have found it.
enum Cell: ExpressibleByStringLiteral {
    case absent, null, `true`, `false`
    case bare(String), quoted(String), string(String), number(String), raw(String)

    init(stringLiteral value: String) { self = .bare(value) }

    var kind: FieldKind {
        switch self {
        case .absent: .absent
        case .null: .null
        case .true: .true
        case .false: .false
        case .bare: .bare
        case .quoted: .quoted
        case .string: .string
        case .number: .number
        case .raw: .raw
        }
    }

    var text: String {
        switch self {
        case .absent: ""
        case .null: "null"
        case .true: "true"
        case .false: "false"
        case .bare(let text), .quoted(let text), .string(let text), .number(let text), .raw(let text): text
        }
    }
}
