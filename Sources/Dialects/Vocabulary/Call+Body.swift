package import BulkModel
import Engine
import Formats

extension Call {
    /// Reads the whole body, unpacked if it is packed.
    ///
    /// Throws PAYLOAD_TOO_LARGE over `limits.requestBytesMax` (unpacked too) and for what unpacks to too many times its size,
    /// UNSUPPORTED_MEDIA_TYPE for any packing but one layer of gzip, INVALID_REQUEST or UPLOAD_INCOMPLETE for a damaged one.
    package func bytes() async throws(Refusal) -> [UInt8] {
        let isPacked = try UploadMediaType.compression(headers["content-encoding"]) == .gzip
        if let length = contentLength, length > limits.requestBytesMax { throw tooLarge }
        do {
            return isPacked ? try await unpacked() : try await plain()
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(.uploadIncomplete, "The body ended before its end; send the request again.")
        }
    }

    /// Makes these the body, which is not packed.
    mutating func hold(_ bytes: [UInt8]) {
        body = HeldBody(bytes: bytes)
        headers.remove("content-encoding")
        headers.remove("content-length")
    }

    /// Reads the body to its end and forgets it.
    func drain() async throws(Refusal) {
        var byteCount = 0
        do {
            for try await part in body {
                byteCount += part.count
                guard byteCount <= limits.uploadBytesMax else {
                    throw Refusal(.payloadTooLarge, "The body is over \(limits.uploadBytesMax) bytes.")
                }
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(.uploadIncomplete, "The body ended before its end; send the request again.")
        }
    }

    private func plain() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in body {
            guard bytes.count + part.count <= limits.requestBytesMax else { throw tooLarge }
            bytes += part
        }
        return bytes
    }

    private func unpacked() async throws -> [UInt8] {
        var bounds = limits
        bounds.uploadBytesMax = limits.requestBytesMax
        var inflater = Inflater(limits: bounds)
        var bytes: [UInt8] = []
        var piece: [UInt8] = []
        do {
            for try await part in body {
                inflater.take(part)
                while try inflater.next(into: &piece) { bytes += piece }
            }
            try inflater.finish()
        } catch let error as FormatError {
            throw Self.refusal(ofPacked: error, requestBytesMax: limits.requestBytesMax)
        }
        return bytes
    }

    private var tooLarge: Refusal {
        Refusal(
            .payloadTooLarge, issue: "request_bytes",
            "The body is over limits.request_bytes (\(limits.requestBytesMax) bytes).")
    }

    private static func refusal(ofPacked error: FormatError, requestBytesMax: Int) -> Refusal {
        switch error.code {
        case .expandsTooMuch:
            Refusal(
                .payloadTooLarge, issue: "inflate_ratio",
                "The body unpacks to more than limits.inflate_ratio times its size; send it unpacked.")
        case .tooLarge:
            Refusal(
                .payloadTooLarge, issue: "request_bytes",
                "The body unpacks to more than limits.request_bytes (\(requestBytesMax) bytes).")
        case .truncated:
            Refusal(
                .uploadIncomplete, issue: error.code.rawValue,
                "The gzip body ends too early; send the request again.")
        default:
            Refusal(
                .invalidRequest, issue: error.code.rawValue,
                "The body is no gzip stream, or a damaged one (byte \(error.position.byte)).")
        }
    }
}
