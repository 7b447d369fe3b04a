package otelimap_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/account/otelimap"
	"github.com/seed-090b04e4/imap/imaptest"
)

func TestSpansAndDurations(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	reader := metric.NewManualReader()
	tracer, err := otelimap.New(trace.NewTracerProvider(trace.WithSpanProcessor(spans)), metric.NewMeterProvider(metric.WithReader(reader)))
	require.NoError(t, err)
	srv := imaptest.NewServer(t, nil)
	acc, err := account.Open(t.Context(), account.Config{
		URL: "imaps://user@" + srv.TLSAddr(), Credentials: account.Password("password"), Tracer: tracer,
		Client: imap.Options{TLSConfig: srv.TLSConfig()},
	})
	require.NoError(t, err)
	defer acc.Close()
	err = acc.Do(t.Context(), "Nope", nil, func(context.Context, *imap.Client, *imap.Mailbox) error { return nil })
	require.ErrorIs(t, err, imap.CodeNonExistent)

	ended := spans.Ended()
	last := ended[len(ended)-1]
	assert.Equal(t, "IMAP CONNECT", ended[0].Name())
	assert.Equal(t, "IMAP SELECT", last.Name())
	assert.Equal(t, codes.Error, last.Status().Code)
	assert.Contains(t, last.Attributes(), attribute.String("imap.mailbox", "Nope"))
	assert.Contains(t, last.Attributes(), attribute.String("error.type", "NONEXISTENT"))
	var data metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &data))
	require.Len(t, data.ScopeMetrics, 1)
	histogram, ok := data.ScopeMetrics[0].Metrics[0].Data.(metricdata.Histogram[float64])
	require.True(t, ok)
	assert.Len(t, histogram.DataPoints, len(ended), "one command each")
}
