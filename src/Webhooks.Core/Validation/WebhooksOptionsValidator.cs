using Microsoft.Extensions.Options;

namespace Webhooks.Validation;

/// <summary>The ranges of the settings, from their attributes.</summary>
[OptionsValidator]
internal sealed partial class WebhooksOptionsValidator : IValidateOptions<WebhooksOptions>;
