using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Samples.Common;

/// <summary>
/// Session tokens: JWT (RFC 7519) with HS256, the least that a sample needs. A product takes its identity provider's tokens by
/// Microsoft.AspNetCore.Authentication.JwtBearer.
/// </summary>
public static class Jwt
{
    private const string Header = """{"alg":"HS256","typ":"JWT"}""";

    /// <summary>Makes a token.</summary>
    /// <param name="key">The key of the HMAC.</param>
    /// <param name="claims">Subject (<c>sub</c>), end (<c>exp</c>, Unix seconds) and what else it says.</param>
    public static string Create(byte[] key, IReadOnlyDictionary<string, object> claims)
    {
        var text = $"{Encode(Encoding.UTF8.GetBytes(Header))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{text}.{Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>Reads a token.</summary>
    /// <param name="key">The key of the HMAC.</param>
    /// <param name="token">The token.</param>
    /// <param name="now">The time.</param>
    /// <returns>Its claims, one for each element of a list; null for a token that is not valid.</returns>
    public static IReadOnlyList<Claim>? Read(byte[] key, string token, DateTimeOffset now)
    {
        if (token.Split('.') is not [var header, var claims, var signature]
            || !Base64Url.IsValid(header) || !Base64Url.IsValid(claims) || !Base64Url.IsValid(signature))
        {
            return null;
        }

        var expected = HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{header}.{claims}"));
        if (!CryptographicOperations.FixedTimeEquals(expected, Base64Url.DecodeFromChars(signature)))
        {
            return null;
        }

        // What was signed with the key was written by us.
        using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(claims));
        return document.RootElement.GetProperty("exp").GetInt64() > now.ToUnixTimeSeconds()
            ? [.. document.RootElement.EnumerateObject().SelectMany(Read)]
            : null;
    }

    private static IEnumerable<Claim> Read(JsonProperty property) => property.Value.ValueKind == JsonValueKind.Array
        ? property.Value.EnumerateArray().Select(element => new Claim(property.Name, element.ToString()))
        : [new Claim(property.Name, property.Value.ToString())];

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
