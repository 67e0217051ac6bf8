using System.Net;
using Evercam.Server.Health;
using Evercam.Server.OAuth;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>What every request passes, and in which order.</summary>
internal static class HttpSetup
{
    /// <summary>What a refused upload may be longer than allowed and still be read to its end, so that its sender hears
    /// why.</summary>
    private const int Patience = 20 * 1024 * 1024;

    /// <summary>Who writes secrets, and from which level on it writes none.</summary>
    private static readonly (string Category, LogLevel Least)[] Talkative =
    [
        // The host names the whole URL, and keys and passwords travel in queries. Silent altogether, it also costs a request nothing.
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None),

        // It writes down requests that are none, and every byte of a connection where that is asked for.
        ("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning),

        // The protocol's implementation writes down requests, with codes and what proves who may exchange them.
        ("OpenIddict", LogLevel.Warning),
    ];

    public static WebApplicationBuilder AddHttp(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<HttpOptions>().BindConfiguration(HttpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ConnectionOptions>().BindConfiguration(ConnectionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SourceConnections>();
        services.AddSingleton<LastAnswers>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<HttpOptions>, IOptions<ConnectionOptions>, SourceConnections, LastAnswers>(Limit);
        // Sockets wake threads of the pool; from there a request goes on without another change of threads.
        services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<HttpOptions>>(Believe);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.PostConfigure<LoggerFilterOptions>(KeepSecretsOutOfLogs);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, CaseSensitivePaths>());

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
        services.AddOptions<UserOptions>().BindConfiguration(UserOptions.Section).ValidateOnStart();
        services.AddSingleton<ConfirmationRule>();
        services.AddOptions<SessionOptions>().BindConfiguration(SessionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        // Else a scheme that is the only one is taken for the default, and each request's cookie unsealed before anyone asks.
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true);
        services.AddAuthentication().AddCookie(Sessions.Cookie);
        services.AddOptions<CookieAuthenticationOptions>(Sessions.Cookie).Configure<IOptions<SessionOptions>>(Bake);
        services.AddSingleton<Sessions>();
        services.AddHostedService<Endings>();
        services.AddSingleton<Origins>();
        services.AddSingleton<CommonHeaders>();
        services.AddSingleton<KeyedHash>();
        services.AddSingleton<HttpMetrics>();
        services.AddSingleton<Hearing>();
        services.AddSingleton<CallerCache>();
        services.AddSingleton<CallerSource>();
        services.AddSingleton<PasswordDoor>();
        services.AddSingleton<CodeDoor>();
        services.AddScoped<CodeQuestion>();
        services.AddScoped<PasswordQuestion>();
        services.AddSingleton<BodyRoom>();
        services.AddSingleton<SlowReaders>();
        services.AddSingleton<AccessCache>();
        services.AddHostedService<OthersChanges>();
        services.AddScoped<Standing>();
        services.AddSingleton<IInterceptor, ForgetOnChange>();
        services.AddScoped<CameraAccess>();
        services.AddScoped<UserAccess>();
        services.AddScoped<ShareAccess>();
        services.AddScoped<InvitationAccess>();
        services.AddScoped<ClientAccess>();
        return builder;
    }

    public static WebApplication UseHttp(this WebApplication app)
    {
        var headers = app.Services.GetRequiredService<CommonHeaders>();
        var readers = app.Services.GetRequiredService<SlowReaders>();
        app.UseMiddleware<RequestClock>();
        app.Use((context, next) =>
        {
            OddHeaders.Drop(context.Request.Headers);
            readers.Watch(context);
            return next(context);
        });
        app.UseForwardedHeaders();
        app.Use((context, next) =>
        {
            headers.Write(context);
            return CommonHeaders.TryAnswerPreflight(context) ? Task.CompletedTask : next(context);
        });
        app.UseMiddleware<ApiErrorHandler>();
        app.Use((context, next) => ReadableHost.Check(context.Request) ? next(context) : throw ApiException.BadRequest(ReadableHost.Words));
        app.UseMiddleware<FormatSuffix>();
        app.Use(HealthSetup.TakeOptionsForAskingAsync);
        app.UseRouting();
        app.UseMiddleware<KnownPaths>();
        app.UseMiddleware<CallerMiddleware>();
        app.UseMiddleware<PageMiddleware>();
        app.UseOAuth();
        return app;
    }

    /// <summary>Where the slices map their routes.</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder app) => app.MapGroup(ApiPath.Root).AnswerHead();

    /// <summary>What answers <c>GET</c> answers <c>HEAD</c>.</summary>
    public static RouteGroupBuilder AnswerHead(this RouteGroupBuilder routes)
    {
        ((IEndpointConventionBuilder)routes).Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault() is { } known
                && known.HttpMethods.Contains(HttpMethods.Get))
            {
                endpoint.Metadata.Add(new HttpMethodMetadata([.. known.HttpMethods, HttpMethods.Head]));
            }
        });
        return routes;
    }

    private static void Limit(
        KestrelServerOptions kestrel, IOptions<HttpOptions> http, IOptions<ConnectionOptions> connections, SourceConnections sources,
        LastAnswers answers)
    {
        var bounds = connections.Value;
        // These are means of all since the beginning: who brought or took much at once may then be silent for hours. PacedBody and
        // PacedAnswer look closer; these are for what passes neither.
        MinDataRate? slowest = bounds.SlowestBytesPerSecond > 0 ? new(bounds.SlowestBytesPerSecond, bounds.Grace) : null;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = http.Value.UploadLimitBytes + Patience;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestLineSize = LocalPath.LongestLine;
        kestrel.Limits.MaxConcurrentConnections = bounds.Most;
        kestrel.Limits.RequestHeadersTimeout = bounds.HeadTimeout;
        kestrel.Limits.KeepAliveTimeout = bounds.IdleTimeout;
        kestrel.Limits.MinRequestBodyDataRate = slowest;
        kestrel.Limits.MinResponseDataRate = slowest;
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(serve => connection =>
        {
            UnsentBytes.Bound(connection);
            return sources.ServeAsync(connection, one => answers.ServeAsync(one, serve));
        }));
    }

    /// <summary>The cookie of log-ins (contract 2.11).</summary>
    private static void Bake(CookieAuthenticationOptions cookie, IOptions<SessionOptions> sessions)
    {
        cookie.Cookie.Name = Sessions.Cookie;
        cookie.Cookie.Path = "/";
        cookie.Cookie.Domain = sessions.Value.CookieDomain;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.SlidingExpiration = false;
    }

    /// <summary>Without proxies to trust, nobody's word about other addresses counts.</summary>
    private static void Believe(ForwardedHeadersOptions forwarded, IOptions<HttpOptions> http)
    {
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        if (http.Value.TrustedProxies.Count == 0)
        {
            return;
        }

        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.ForwardLimit = null;
        foreach (var proxy in http.Value.TrustedProxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }
    }

    /// <summary>Whatever the configuration asks of these categories, they stay quiet: their lines hold secrets.</summary>
    private static void KeepSecretsOutOfLogs(LoggerFilterOptions options)
    {
        foreach (var (starts, least) in Talkative)
        {
            var tooMuch = options.Rules.Where(
                rule => rule.CategoryName?.StartsWith(starts, StringComparison.OrdinalIgnoreCase) == true && (rule.LogLevel ?? LogLevel.Trace) < least);
            foreach (var rule in tooMuch.ToList())
            {
                options.Rules.Remove(rule);
            }

            foreach (var provider in options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList())
            {
                options.Rules.Add(new(provider, starts, least, filter: null));
            }
        }

        // The longest name counts, and one with a wildcard may be longer than theirs: it does not count for them.
        for (var i = 0; i < options.Rules.Count; i++)
        {
            if (options.Rules[i] is { Filter: null, CategoryName: { } name } rule && name.Contains('*', StringComparison.Ordinal))
            {
                options.Rules[i] = new(rule.ProviderName, name, rule.LogLevel, (_, category, level) => !HoldsSecrets(category, level));
            }
        }
    }

    private static bool HoldsSecrets(string? category, LogLevel level) => Array.Exists(
        Talkative, known => level < known.Least && category?.StartsWith(known.Category, StringComparison.OrdinalIgnoreCase) == true);
}
