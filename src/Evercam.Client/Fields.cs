using System.Collections;
using System.Globalization;

namespace Evercam.Api;

/// <summary>Parameters by their names in the contract. What is <see langword="null"/> is not sent.</summary>
internal sealed class Fields : IEnumerable<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> fields = [];

    public void Add(string name, string? value)
    {
        if (value is not null)
        {
            fields.Add(new(name, value));
        }
    }

    public void Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Add(string name, double? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Add(string name, bool? value) => Add(name, value is { } isSo ? isSo ? "true" : "false" : null);

    public void Add(string name, IEnumerable<string>? values) => Add(name, values is null ? null : string.Join(',', values));

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As a query with its question mark; nothing if there are none.</summary>
    public string ToQuery() => fields.Count == 0
        ? ""
        : "?" + string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));
}
