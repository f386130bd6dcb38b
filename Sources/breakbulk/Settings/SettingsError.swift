/// Why the configuration cannot be used: what, where, and what to do.
struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    let code: Code
    /// The file and line (`breakbulk.yaml:12`), the variable or the option at fault.
    let place: String
    /// Holds no secret: values of secret keys are never quoted.
    let message: String

    /// What kind of fault it is.
    enum Code: Sendable {
        case unreadable
        case syntax
        case unknownKey
        case wrongType
        case outOfRange
        /// Understood, but not done, for safety's sake or because this version cannot.
        case refused
    }

    init(_ code: Code, at place: String, _ message: String) {
        self.code = code
        self.place = place
        self.message = message
    }

    var description: String { "\(place): \(message)" }
}
