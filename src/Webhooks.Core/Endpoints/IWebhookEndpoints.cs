using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.Endpoints;

/// <summary>The endpoints of all tenants. Every call names its tenant; another tenant's endpoints do not exist for it.</summary>
/// <remarks>A change is effective for every attempt that starts after the call has returned.</remarks>
public interface IWebhookEndpoints
{
    /// <summary>Adds an endpoint, enabled.</summary>
    /// <param name="settings">What its owner decided.</param>
    /// <param name="options">Tenant, id and secret; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The endpoint, and its secret.</returns>
    /// <exception cref="WebhookValidationException">A setting breaks its rule; all that do are named.</exception>
    /// <exception cref="WebhookConflictException">The tenant already has an endpoint of the id given.</exception>
    Task<CreatedEndpoint> CreateAsync(
        EndpointSettings settings, CreateEndpointOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Reads one endpoint.</summary>
    /// <param name="endpointId">Which one.</param>
    /// <param name="tenantId">Whose endpoint.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The endpoint, or null when the tenant has none of this id.</returns>
    /// <exception cref="WebhookValidationException">The id or tenant cannot be one.</exception>
    Task<WebhookEndpoint?> GetAsync(
        string endpointId, string tenantId = WebhooksDefaults.TenantId, CancellationToken cancellationToken = default);

    /// <summary>Lists a tenant's endpoints, the newest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The limit is out of range, or the cursor is not one that this list gave.</exception>
    Task<Page<WebhookEndpoint>> ListAsync(EndpointQuery query, CancellationToken cancellationToken = default);

    /// <summary>Replaces an endpoint's settings.</summary>
    /// <param name="endpointId">Which one.</param>
    /// <param name="settings">The new settings: usually those read before, <c>with</c> a change.</param>
    /// <param name="tenantId">Whose endpoint.</param>
    /// <param name="expectedVersion">The version that the change is based on; null to replace whatever is there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">A setting breaks its rule; all that do are named. Or the id or tenant cannot be one.</exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such endpoint.</exception>
    /// <exception cref="WebhookVersionConflictException">The endpoint has another version than the expected.</exception>
    Task<WebhookEndpoint> UpdateAsync(
        string endpointId,
        EndpointSettings settings,
        string tenantId = WebhooksDefaults.TenantId,
        long? expectedVersion = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Enables an endpoint. The first delivery goes out alone; when it succeeds, the others follow. Nothing happens when the
    /// endpoint is enabled already.
    /// </summary>
    /// <param name="endpointId">Which one.</param>
    /// <param name="tenantId">Whose endpoint.</param>
    /// <param name="pending">What becomes of the deliveries that are pending since it was disabled.</param>
    /// <param name="expectedVersion">The version that the change is based on; null for any.</param>
    /// <param name="cancellationToken">Ends the wait. What was dropped by then stays dropped, and the endpoint disabled.</param>
    /// <exception cref="WebhookValidationException">The id or tenant cannot be one.</exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such endpoint.</exception>
    /// <exception cref="WebhookVersionConflictException">The endpoint has another version than the expected.</exception>
    Task<WebhookEndpoint> EnableAsync(
        string endpointId,
        string tenantId = WebhooksDefaults.TenantId,
        PendingDeliveries pending = PendingDeliveries.Keep,
        long? expectedVersion = null,
        CancellationToken cancellationToken = default);

    /// <summary>Disables an endpoint: it gets no new messages, and what is pending is held until it is enabled again.</summary>
    /// <param name="endpointId">Which one.</param>
    /// <param name="reason">Why, for people, at most 255 characters; null for no reason.</param>
    /// <param name="tenantId">Whose endpoint.</param>
    /// <param name="expectedVersion">The version that the change is based on; null for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The reason is too long, or the id or tenant cannot be one.</exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such endpoint.</exception>
    /// <exception cref="WebhookVersionConflictException">The endpoint has another version than the expected.</exception>
    Task<WebhookEndpoint> DisableAsync(
        string endpointId,
        string? reason = null,
        string tenantId = WebhooksDefaults.TenantId,
        long? expectedVersion = null,
        CancellationToken cancellationToken = default);

    /// <summary>Deletes an endpoint; its pending deliveries end as canceled.</summary>
    /// <param name="endpointId">Which one.</param>
    /// <param name="tenantId">Whose endpoint.</param>
    /// <param name="expectedVersion">The version that is to be deleted; null for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The id or tenant cannot be one.</exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such endpoint.</exception>
    /// <exception cref="WebhookVersionConflictException">The endpoint has another version than the expected.</exception>
    Task DeleteAsync(
        string endpointId,
        string tenantId = WebhooksDefaults.TenantId,
        long? expectedVersion = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives an endpoint a new secret. The ones before are signed with too, for the grace period, so that its receiver can change
    /// over without an outage; where a scheme's header holds one signature only, it is the new secret's from now on.
    /// </summary>
    /// <param name="endpointId">Which one.</param>
    /// <param name="options">Tenant, secret, grace period, scheme, expected version and the rotation's id; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The new secret.</returns>
    /// <exception cref="WebhookValidationException">
    /// A scheme that signs with it cannot sign with a secret of its kind; the grace period is out of range; there is no such scheme; one of the
    /// ids or the tenant cannot be one; or the id of the rotation was used with other options: its rule is <c>reused</c>.
    /// </exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such endpoint.</exception>
    /// <exception cref="WebhookVersionConflictException">The endpoint has another version than the expected.</exception>
    /// <exception cref="WebhookConflictException">The endpoint has 10 secrets that are still signed with.</exception>
    Task<WebhookSecret> RotateSecretAsync(
        string endpointId, RotateSecretOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads an endpoint's secrets that are signed with, the newest first: for hosts that show them again, and for public keys. Keep
    /// them out of logs.
    /// </summary>
    /// <param name="endpointId">Which one.</param>
    /// <param name="tenantId">Whose endpoint.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The id or tenant cannot be one.</exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such endpoint.</exception>
    /// <exception cref="WebhookSecretProtectionException">The secrets cannot be decrypted.</exception>
    Task<IReadOnlyList<EndpointSecret>> GetSecretsAsync(
        string endpointId, string tenantId = WebhooksDefaults.TenantId, CancellationToken cancellationToken = default);

    /// <summary>Replaces an endpoint's credentials. No call returns them; <see cref="GetCredentialKindsAsync"/> says which there are.</summary>
    /// <param name="endpointId">Which one.</param>
    /// <param name="credentials">All of the new ones; null for none.</param>
    /// <param name="tenantId">Whose endpoint.</param>
    /// <param name="expectedVersion">The version that the change is based on; null to replace whatever is there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">
    /// One of the credentials breaks its rule; all that do are named, and none is repeated. Or the id or tenant cannot be one.
    /// </exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such endpoint.</exception>
    /// <exception cref="WebhookVersionConflictException">The endpoint has another version than the expected.</exception>
    Task<WebhookEndpoint> SetCredentialsAsync(
        string endpointId,
        EndpointCredentials? credentials,
        string tenantId = WebhooksDefaults.TenantId,
        long? expectedVersion = null,
        CancellationToken cancellationToken = default);

    /// <summary>Says which credentials an endpoint has.</summary>
    /// <param name="endpointId">Which one.</param>
    /// <param name="tenantId">Whose endpoint.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The id or tenant cannot be one.</exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such endpoint.</exception>
    /// <exception cref="WebhookSecretProtectionException">The secrets of the endpoint cannot be decrypted.</exception>
    Task<CredentialKinds> GetCredentialKindsAsync(
        string endpointId, string tenantId = WebhooksDefaults.TenantId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes the secrets of a tenant's endpoints anew, each as a change of its endpoint: encrypted with the current key after
    /// keys were changed, or for the first time after a protector was added. Every other change of an endpoint does that too.
    /// </summary>
    /// <param name="tenantId">Whose endpoints.</param>
    /// <param name="cancellationToken">Ends the call between two endpoints.</param>
    /// <returns>How many endpoints were written.</returns>
    /// <exception cref="WebhookValidationException">The tenant cannot be one.</exception>
    /// <exception cref="WebhookSecretProtectionException">
    /// The secrets of an endpoint cannot be decrypted; those of newer endpoints are written already.
    /// </exception>
    Task<int> ReprotectSecretsAsync(string tenantId = WebhooksDefaults.TenantId, CancellationToken cancellationToken = default);
}
