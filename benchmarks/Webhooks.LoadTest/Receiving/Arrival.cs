namespace Webhooks.LoadTest.Receiving;

/// <summary>One accepted request.</summary>
/// <param name="Target">Which of the receiver's URLs it came to.</param>
/// <param name="Id">Its <c>webhook-id</c>.</param>
/// <param name="Timestamp">When it was there, by the monotonic clock that the processes of a machine share.</param>
internal readonly record struct Arrival(int Target, string Id, long Timestamp);
