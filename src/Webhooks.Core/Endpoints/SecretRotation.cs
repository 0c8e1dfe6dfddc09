using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Webhooks.Endpoints;

/// <summary>What a secret remembers of the rotation that gave it, so that this can be repeated.</summary>
/// <param name="Id">The caller's id of it.</param>
/// <param name="Options">A hash of what it was asked with.</param>
internal sealed record SecretRotation(string Id, string Options)
{
    private const int HashLength = 8;

    /// <returns>Null for a rotation without an id.</returns>
    public static SecretRotation? Of(RotateSecretOptions options) => options.RotationId is { } id ? new SecretRotation(id, Hash(options)) : null;

    private static string Hash(RotateSecretOptions options)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{options.Scheme}\n{options.GracePeriod?.Ticks}\n{options.Secret?.Kind}\n{options.Secret?.Reveal()}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, HashLength));
    }
}
