using System.Net;

namespace Webhooks.Interop.Tests;

/// <summary>What a receiver answered.</summary>
/// <param name="Status">204 where all of its libraries accept, 400 where one does not.</param>
/// <param name="Verdicts">Which of them accept, where not all do.</param>
internal sealed record ReceivedAnswer(HttpStatusCode Status, IReadOnlyDictionary<string, bool> Verdicts);
