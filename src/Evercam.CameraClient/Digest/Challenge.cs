namespace Evercam.CameraClient.Digest;

/// <summary>One challenge of a <c>WWW-Authenticate</c> header: a scheme and its parameters, unquoted.</summary>
internal sealed class Challenge(string scheme)
{
    // A hostile camera may send thousands. RFC 7616 knows nine.
    private const int MaxParameters = 32;

    private readonly List<(string Name, string Value)> parameters = [];

    public string Scheme { get; } = scheme;

    /// <summary>The value of a parameter, whatever the case of its name; the first one if it is repeated.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var parameter in parameters)
            {
                if (parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return parameter.Value;
                }
            }

            return null;
        }
    }

    internal void Add(string name, string value)
    {
        if (parameters.Count < MaxParameters)
        {
            parameters.Add((name, value));
        }
    }
}
