using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Webhooks.Storage;

namespace Webhooks.Secrets;

/// <summary>
/// Encrypts with AES-256-GCM (NIST SP 800-38D) and keys that the host gives. New text is encrypted with the current key; text
/// of the previous keys stays readable.
/// </summary>
/// <remarks>
/// The text is <c>v1.{key id}.{base64url of nonce, ciphertext and tag}</c>, with a random nonce of 12 bytes and a tag of 16.
/// Version, key id, tenant and endpoint are authenticated with it: a row that is copied to another endpoint cannot be read.
/// With random nonces a key is good for 2^32 writes.
/// </remarks>
public sealed class AesGcmSecretProtector : IWebhookSecretProtector
{
    private const string Version = "v1";
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly SecretProtectionKey _current;
    private readonly Dictionary<string, SecretProtectionKey> _keys = new(StringComparer.Ordinal);

    /// <summary>Makes one.</summary>
    /// <param name="current">The key that is encrypted with.</param>
    /// <param name="previous">Keys that are decrypted with only.</param>
    /// <exception cref="WebhookValidationException">Two keys have the same id.</exception>
    public AesGcmSecretProtector(SecretProtectionKey current, params IReadOnlyList<SecretProtectionKey> previous)
    {
        _current = current;
        foreach (var key in previous.Prepend(current))
        {
            if (!_keys.TryAdd(key.Id, key))
            {
                throw new WebhookValidationException(
                    "previous", "unique", key.Id, "is the id of two keys. A new key needs an id that no earlier one had.");
            }
        }
    }

    /// <inheritdoc/>
    public string Protect(EndpointKey endpoint, string plaintext)
    {
        var text = Encoding.UTF8.GetBytes(plaintext);
        var output = new byte[NonceLength + text.Length + TagLength];
        var nonce = output.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_current.Bytes, TagLength);
        aes.Encrypt(
            nonce, text, output.AsSpan(NonceLength, text.Length), output.AsSpan(^TagLength..), AssociatedData(_current.Id, endpoint));
        CryptographicOperations.ZeroMemory(text);
        return $"{Version}.{_current.Id}.{Base64Url.EncodeToString(output)}";
    }

    /// <inheritdoc/>
    public string Unprotect(EndpointKey endpoint, string protectedText)
    {
        var parts = protectedText.Split('.');
        if (parts is not [Version, var keyId, var encoded] || !Base64Url.IsValid(encoded))
        {
            throw Failure(endpoint, "are not in the form 'v1.{key id}.{base64url}': they were changed, or another protector wrote them.");
        }

        if (!_keys.TryGetValue(keyId, out var key))
        {
            throw Failure(
                endpoint,
                $"are encrypted with key '{keyId}', which is not among the keys given ({string.Join(", ", _keys.Keys)}). "
                    + "Give it as a previous key.",
                keyId);
        }

        var input = Base64Url.DecodeFromChars(encoded).AsSpan();
        if (input.Length < NonceLength + TagLength)
        {
            throw Failure(endpoint, "are shorter than a nonce and a tag: they were changed.", keyId);
        }

        var text = new byte[input.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key.Bytes, TagLength);
        try
        {
            aes.Decrypt(
                input[..NonceLength], input[NonceLength..^TagLength], input[^TagLength..], text, AssociatedData(keyId, endpoint));
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw Failure(
                endpoint,
                $"cannot be decrypted with key '{keyId}': another key had this id, or the text was changed or belongs to another endpoint.",
                keyId,
                exception);
        }

        var plaintext = Encoding.UTF8.GetString(text);
        CryptographicOperations.ZeroMemory(text);
        return plaintext;
    }

    /// <summary>Neither tenants nor ids can hold the separator.</summary>
    private static byte[] AssociatedData(string keyId, EndpointKey endpoint) =>
        Encoding.UTF8.GetBytes(string.Join('\0', "Webhooks.Secrets", Version, keyId, endpoint.TenantId, endpoint.EndpointId));

    private static WebhookSecretProtectionException Failure(
        EndpointKey endpoint, string what, string? keyId = null, Exception? innerException = null) =>
        new($"The secrets of endpoint '{endpoint.EndpointId}' of tenant '{endpoint.TenantId}' {what}", keyId, innerException);
}
