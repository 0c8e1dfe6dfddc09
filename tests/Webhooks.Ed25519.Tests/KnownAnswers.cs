using System.Text.Json;

namespace Webhooks.Ed25519.Tests;

/// <summary>What others have worked out.</summary>
internal static class KnownAnswers
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Reads a file of them.</summary>
    public static IReadOnlyList<T> Read<T>(string file)
    {
        using var stream = typeof(KnownAnswers).Assembly.GetManifestResourceStream(file)!;
        return JsonSerializer.Deserialize<T[]>(stream, SnakeCase)!;
    }
}
