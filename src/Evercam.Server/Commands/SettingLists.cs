using System.Reflection;
using Evercam.CameraClient;
using Evercam.Server.Http;
using Evercam.Server.Watching;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Commands;

/// <summary>Settings that are lists have a number behind the name of each entry. The framework passes over one without: a proxy would not be
/// trusted, and a denied range not be denied, and nobody would know.</summary>
internal static class SettingLists
{
    private static readonly (string Section, Type Options)[] WithLists =
    [
        (HttpOptions.Section, typeof(HttpOptions)),
        (CameraClientOptions.Section, typeof(CameraClientOptions)),
        (MetricsOptions.Section, typeof(MetricsOptions)),
    ];

    /// <exception cref="OptionsValidationException">An entry has no number.</exception>
    public static void Check(IConfiguration configuration)
    {
        var names = WithLists.SelectMany(with => with.Options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.PropertyType == typeof(IReadOnlyList<string>))
            .Select(property => $"{with.Section}:{property.Name}"));
        string[] wrong =
        [
            .. names.Where(name => !string.IsNullOrEmpty(configuration[name]))
                .Select(name => $"{name} is a list: write {name}:0 for its first entry, {name}:1 for the next, and so on."),
        ];
        if (wrong.Length > 0)
        {
            throw new OptionsValidationException("", typeof(SettingLists), wrong);
        }
    }
}
