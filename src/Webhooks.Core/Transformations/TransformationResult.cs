namespace Webhooks.Transformations;

/// <summary>What a transformation has decided.</summary>
public sealed class TransformationResult
{
    private static readonly Dictionary<string, string> NoHeaders = [];

    private TransformationResult()
    {
    }

    /// <summary>The payload is sent as it is.</summary>
    public static TransformationResult Unchanged { get; } = new();

    /// <summary>What is sent instead; null for the payload as it is.</summary>
    public ReadOnlyMemory<byte>? Payload { get; private init; }

    /// <summary>Headers that the requests carry, in place of those of the endpoint that have the same names.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; private init; } = NoHeaders;

    /// <summary>Why nothing is sent, ever; null where something is.</summary>
    public string? CancelReason { get; private init; }

    /// <summary>A copy that shares nothing with the transformation, which may use its buffers again.</summary>
    internal TransformationResult Copy() => new()
    {
        Payload = Payload is { } payload ? payload.ToArray() : default(ReadOnlyMemory<byte>?),
        Headers = Headers.Count > 0 ? new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase) : NoHeaders,
        CancelReason = CancelReason,
    };

    /// <summary>Sends another payload.</summary>
    /// <param name="payload">
    /// The payload: at least one byte, and at most <see cref="WebhooksOptions.MaxPayloadBytes"/>. Its content type remains
    /// <c>application/json</c>.
    /// </param>
    /// <param name="headers">
    /// Headers by the rules of <see cref="Endpoints.EndpointSettings.Headers"/>. They are stored in the clear with a delivery that is to be
    /// retried. Null for none.
    /// </param>
    public static TransformationResult Send(ReadOnlyMemory<byte> payload, IReadOnlyDictionary<string, string>? headers = null) =>
        new() { Payload = payload, Headers = headers ?? NoHeaders };

    /// <summary>Sends the payload as it is, with headers.</summary>
    /// <param name="headers">As in <see cref="Send"/>.</param>
    public static TransformationResult WithHeaders(IReadOnlyDictionary<string, string> headers) => new() { Headers = headers };

    /// <summary>
    /// Sends nothing: the delivery ends as canceled, with <see cref="Dispatching.CancelReason.Transformation"/> and an attempt in the log
    /// that says why.
    /// </summary>
    /// <param name="reason">Why, for people; at most 500 characters of it are kept. The endpoint's owner may read it.</param>
    public static TransformationResult Cancel(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new() { CancelReason = reason };
    }
}
