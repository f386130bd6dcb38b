/// Whose data a request or job works on; follows from the credential.
package struct TenantID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { text }
}
