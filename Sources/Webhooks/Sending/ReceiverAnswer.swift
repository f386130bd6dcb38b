/// What a receiver answered, as much of it as is of use.
struct ReceiverAnswer {
    var status: Int
    var retryAfter: String?
    /// The first bytes of the body.
    var beginning: [UInt8]
}
