namespace Warehouse;

/// <summary>A webhook that was handled, under its id: the row that keeps it from being handled twice.</summary>
internal sealed class HandledMessage
{
    public required string Merchant { get; init; }

    public required string Id { get; init; }

    public required string Type { get; init; }

    public required Guid OrderId { get; init; }

    public required DateTimeOffset HandledAt { get; init; }
}
