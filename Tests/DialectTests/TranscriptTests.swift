import Foundation
import Testing

@Suite("Transcripts of the dialects", .timeLimit(.minutes(2)))
struct TranscriptTests {
    @Test("each session is answered byte for byte as its transcript says", arguments: try Transcript.all())
    func session(transcript: Transcript) async throws {
        let stage = try TranscriptStage(schema: transcript.schema())
        var answers: [Transcript.Exchange] = []
        for exchange in try transcript.requests() {
            answers.append(.init(title: exchange.title, text: try await stage.play(exchange.text)))
        }
        let played = Transcript.render(answers)
        if ProcessInfo.processInfo.environment["UPDATE_TRANSCRIPTS"] != nil { try transcript.write(played) }
        let expected = try transcript.answers()
        let difference = zip(played.split(separator: "\n"), expected.split(separator: "\n")).first {
            $0 != $1
        }
        #expect(
            played == expected,
            "first difference: \(difference.map { "\"\($0)\" instead of \"\($1)\"" } ?? "one is longer")")
    }
}
