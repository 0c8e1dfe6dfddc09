namespace Warehouse;

/// <summary>What is to be packed for an order that was paid.</summary>
internal sealed class Parcel
{
    public required Guid OrderId { get; init; }

    public required string Content { get; init; }
}
