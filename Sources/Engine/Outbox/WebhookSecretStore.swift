/// A store that keeps small named values of the delivery service; signing secrets, sealed by whoever hands them over.
package protocol WebhookSecretStore: Sendable {
    /// The value kept under the name, nil when there is none. With `fresh` that one is kept, durably, unless there is a value
    /// already: the first one kept stays for ever, so that two nodes that make one at once end with the same.
    func webhookSetting(_ name: String, orElse fresh: [UInt8]?) async throws(StoreError) -> [UInt8]?
}
