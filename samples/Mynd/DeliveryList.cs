namespace Mynd;

/// <summary>The newest deliveries of an endpoint.</summary>
internal sealed record DeliveryList(string Object, IReadOnlyList<DeliveryItem> Data);
