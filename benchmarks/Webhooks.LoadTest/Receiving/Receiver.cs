using System.Text;

namespace Webhooks.LoadTest.Receiving;

/// <summary>What every receiver does with a request, whichever server has read it: it verifies and records it, and decides on the answer.</summary>
internal sealed class Receiver(SharedCounter counter)
{
    /// <summary>In a path in the place of a status: the request is never answered.</summary>
    public const int NoAnswer = 0;

    private const int Ok = 200;
    private const int Unauthorized = 401;

    private readonly ReceiverLimit _limit = new();
    private byte[] _key = [];
    private long _badCount;

    public ArrivalLog Arrivals { get; } = new();

    /// <summary>How many requests were not signed with the secret.</summary>
    public long BadCount => Interlocked.Read(ref _badCount);

    public void SetKey(ReadOnlySpan<byte> key) => Volatile.Write(ref _key, key.ToArray());

    /// <summary>
    /// Takes a request. Where its path says <see cref="ReceiverLimit.Status"/>, only so many a second are accepted as the limit lets
    /// pass; nobody waits for those, and so they are not counted.
    /// </summary>
    /// <returns>The status to answer; <see cref="NoAnswer"/> for none.</returns>
    public int Accept(scoped in ReceivedRequest request)
    {
        if (!SignatureCheck.IsValid(Volatile.Read(ref _key), request))
        {
            Interlocked.Increment(ref _badCount);
            return Unauthorized;
        }

        if (request.Status == ReceiverLimit.Status && _limit.TryPass())
        {
            Record(request);
            return Ok;
        }

        if (request.Status is >= 200 and < 300)
        {
            Record(request);
            counter.Increment();
        }

        return request.Status;
    }

    private void Record(scoped in ReceivedRequest request) => Arrivals.Add(new Arrival(
        request.Target, Encoding.ASCII.GetString(request.Id), TimeProvider.System.GetTimestamp()));
}
