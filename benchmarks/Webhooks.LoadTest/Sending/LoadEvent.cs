using System.Text.Json.Serialization;

namespace Webhooks.LoadTest.Sending;

/// <summary>The data of the events that are published.</summary>
internal sealed record LoadEvent(int Number, string Padding)
{
    public const string EventType = "load.event";

    /// <summary>The bytes of a whole payload.</summary>
    public const int PayloadBytes = 512;

    /// <summary>
    /// What the envelope and the rest of the data take, up to a byte or two: the text of a time is shorter where it ends in zeros.
    /// </summary>
    private const int OtherBytes = 98;

    private static readonly string Filling = new('x', PayloadBytes - OtherBytes);

    /// <summary>An event with a payload of 512 bytes.</summary>
    public static LoadEvent Create(int number) => new(100_000 + (number % 100_000), Filling);
}

/// <summary>The event with the envelope of Standard Webhooks, as one writes it without the library under test.</summary>
internal sealed record LoadPayload(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("timestamp")] DateTime Timestamp,
    [property: JsonPropertyName("data")] LoadEvent Data);

/// <summary>As hosts that care about performance serialise.</summary>
[JsonSerializable(typeof(LoadEvent))]
[JsonSerializable(typeof(LoadPayload))]
internal sealed partial class LoadEventJson : JsonSerializerContext;
