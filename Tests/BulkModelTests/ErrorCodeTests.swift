import BulkModel
import Testing

/// The catalogue of error codes.
@Suite struct ErrorCodeTests {
    @Test("codes are unique, upper snake case, and each says what it means")
    func catalogue() {
        let codes = ErrorCode.allCases
        #expect(Set(codes.map(\.rawValue)).count == codes.count)
        for code in codes {
            #expect(code.rawValue.allSatisfy { $0 == "_" || ($0.isASCII && $0.isUppercase) }, "\(code)")
            #expect(code.meaning.hasSuffix("."), "\(code)")
            #expect((400...599).contains(code.status), "\(code)")
        }
        #expect(Set(codes.map(\.meaning)).count == codes.count)
    }

    @Test("a fault of the caller's own is never called retryable unless time mends it")
    func retryable() {
        for code in ErrorCode.allCases where code.isRetryable {
            // 424: what another operation has prevented. A key in use is free once its request is answered.
            let mends = [400, 408, 423, 424, 429].contains(code.status) || code == .keyInUse
            #expect(code.status >= 500 || mends, "\(code)")
        }
    }
}
