using System.Text.Json.Nodes;

namespace Webhooks.Catalog.Export;

/// <summary>An example of what is sent.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Data">The data.</param>
/// <param name="Payload">The data in the envelope; null where the envelope did not write it.</param>
internal sealed record ExportedExample(string Name, JsonNode? Data, JsonNode? Payload);
