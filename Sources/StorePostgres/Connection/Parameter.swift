/// A value bound to a statement.
enum Parameter {
    case null
    case text(String)
    case integer(Int)
    case flag(Bool)
    case bytes([UInt8])
    /// An array of int8.
    case integers([Int])
    /// An array of text.
    case texts([String])
}
