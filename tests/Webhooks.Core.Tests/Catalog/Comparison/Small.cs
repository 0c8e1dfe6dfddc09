namespace Webhooks.Core.Tests.Catalog.Comparison;

internal sealed record Small(int Id);
