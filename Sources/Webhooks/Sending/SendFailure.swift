/// Why a try got no answer, in words for the tenant's log: no secret, nothing of our network.
struct SendFailure: Error {
    var message: String
    /// Another try cannot go better.
    var isFinal: Bool
    /// The receiver has no part in it, and was not asked.
    var isOurs: Bool

    init(_ message: String, isFinal: Bool = false, isOurs: Bool = false) {
        self.message = message
        self.isFinal = isFinal
        self.isOurs = isOurs
    }
}
