/// What is said of a TLS handshake that failed: whose turn it is to mend what.
///
/// The library tells these failures apart by their texts alone.
enum TLSWords {
    private static let known: KeyValuePairs<String, String> = [
        "CERTIFICATE_VERIFY_FAILED": untrusted, "unableToValidateCertificate": untrusted,
        "noCertificateToValidate": "The receiver shows no certificate.",
        "failedToValidateHostname": "The receiver's certificate is for another host.",
        "WRONG_VERSION_NUMBER": noTLS, "HTTP_REQUEST": noTLS,
        "EOF during handshake": "The receiver closed the connection during the TLS handshake.",
    ]
    private static let untrusted =
        "The receiver's certificate is not trusted: it has expired, or no authority that this server knows signed it."
    private static let noTLS = "The receiver does not speak TLS there."

    /// Nil for an error that is none of these; `text` describes it.
    static func words(for text: String) -> String? { known.first { text.contains($0.key) }?.value }
}
