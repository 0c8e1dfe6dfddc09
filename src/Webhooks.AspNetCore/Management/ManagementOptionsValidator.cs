using Microsoft.Extensions.Options;

namespace Webhooks.AspNetCore.Management;

/// <summary>Checks the ranges.</summary>
[OptionsValidator]
internal sealed partial class ManagementOptionsValidator : IValidateOptions<WebhookManagementOptions>;
