import BulkModel
import Engine
import Synchronization

@testable import Webhooks

/// Kept values in memory, and a clock that stands.
final class SecretShelf: WebhookSecretStore {
    let values = Mutex<[String: [UInt8]]>([:])
    let time = Mutex(Timestamp(unixSeconds: 1_800_000_000))
    private let count = Mutex<UInt8>(0)
    /// How often a value was looked for.
    let reads = Mutex(0)

    func webhookSetting(_ name: String, orElse fresh: [UInt8]?) async throws(StoreError) -> [UInt8]? {
        reads.withLock { $0 += 1 }
        return values.withLock { values in
            if values[name] == nil { values[name] = fresh }
            return values[name]
        }
    }

    func secrets(configured: String? = nil, root: UInt8 = 9) -> WebhookSecrets {
        WebhookSecrets(
            store: self, sealer: SecretSealer(rootSecret: [UInt8](repeating: root, count: 32)),
            configured: configured.flatMap { SigningSecret($0) },
            clock: WallClock { self.time.withLock { $0 } },
            random: { count in
                let byte = self.count.withLock { number in
                    number += 1
                    return number
                }
                return [UInt8](repeating: byte, count: count)
            })
    }

    func pass(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}
