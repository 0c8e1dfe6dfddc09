using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Webhooks.Secrets;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Secrets;

/// <summary>Encrypts with the application's key ring. Tenant and endpoint are purposes: text is readable for its endpoint only.</summary>
internal sealed class DataProtectionSecretProtector(IDataProtectionProvider provider) : IWebhookSecretProtector
{
    public string Protect(EndpointKey endpoint, string plaintext) => CreateProtector(endpoint).Protect(plaintext);

    public string Unprotect(EndpointKey endpoint, string protectedText)
    {
        try
        {
            return CreateProtector(endpoint).Unprotect(protectedText);
        }
        catch (CryptographicException exception)
        {
            throw new WebhookSecretProtectionException(
                $"The secrets of endpoint '{endpoint.EndpointId}' of tenant '{endpoint.TenantId}' cannot be decrypted by Data Protection: "
                    + $"{exception.Message} Give every instance the key ring and the application name that they were encrypted with; "
                    + "if the key is gone for good, rotate the secret and set the credentials again.",
                innerException: exception);
        }
    }

    private IDataProtector CreateProtector(EndpointKey endpoint) =>
        provider.CreateProtector("Webhooks.Secrets", "v1", endpoint.TenantId, endpoint.EndpointId);
}
