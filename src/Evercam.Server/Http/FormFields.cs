namespace Evercam.Server.Http;

/// <summary>Gathers the fields of a form or a query: the last one of a name wins, and <c>location[lng]</c> makes a
/// nested one.</summary>
internal sealed class FormFields
{
    private int count;

    public Dictionary<string, Param> Values { get; } = [];

    /// <exception cref="ApiException">There are more fields than any honest request has (400).</exception>
    public void Add(string name, Param value)
    {
        if (++count > HttpOptions.Fields)
        {
            throw ApiException.BadRequest(RequestBody.TooMany);
        }

        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        if (bracket <= 0 || name[^1] != ']')
        {
            Values[name] = value;
            return;
        }

        var outer = name[..bracket];
        var inner = name[(bracket + 1)..^1];
        if (!Values.TryGetValue(outer, out var nested) || nested.Members is null)
        {
            nested = new(ParamKind.Nested, Members: []);
            Values[outer] = nested;
        }

        // One level is all the contract has; what nests deeper has no name that anyone asks for.
        nested.Members![inner] = value;
    }
}
