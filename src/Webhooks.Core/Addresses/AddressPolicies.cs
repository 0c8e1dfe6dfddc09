using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace Webhooks.Addresses;

/// <summary>The policy of the application, and those of tenants where the host has any.</summary>
internal sealed class AddressPolicies(IOptions<WebhooksOptions> options, ITenantAddressRules? tenants = null)
{
    /// <summary>Read once for each object that the host returns, and forgotten with it.</summary>
    private readonly ConditionalWeakTable<AddressRules, AddressPolicy> _read = [];

    /// <summary>What holds for tenants without rules of their own.</summary>
    public AddressPolicy Application { get; } = new(options.Value.Addresses);

    /// <summary>Whether a tenant may have rules of its own.</summary>
    public bool DifferByTenant => tenants is not null;

    /// <summary>Finds the policy of a tenant.</summary>
    public async ValueTask<AddressPolicy> FindAsync(string tenantId, CancellationToken cancellationToken)
    {
        if (tenants is null || await tenants.FindAsync(tenantId, cancellationToken).ConfigureAwait(false) is not { } rules)
        {
            return Application;
        }

        return _read.TryGetValue(rules, out var policy) ? policy : _read.GetValue(rules, _ => Read(tenantId, rules));
    }

    private AddressPolicy Read(string tenantId, AddressRules rules)
    {
        var problems = AddressRulesCheck.FindProblems(rules).Select(found => $"{found.Field} {found.Problem}").ToList();
        if (problems.Count > 0)
        {
            throw new InvalidOperationException(
                $"The address rules of tenant '{tenantId}' are wrong: {string.Join(' ', problems)}");
        }

        return new AddressPolicy(options.Value.Addresses, rules);
    }
}
