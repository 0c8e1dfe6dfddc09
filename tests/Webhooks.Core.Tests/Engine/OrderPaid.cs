namespace Webhooks.Core.Tests.Engine;

internal sealed record OrderPaid(string Id, decimal Total);
