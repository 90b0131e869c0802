package etcd

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
)

// tlsConfig returns what the files of cfg say of TLS, and nil when there are none: then the endpoints that begin with
// https:// are trusted as the system trusts them, and the others are spoken to in plain text.
func tlsConfig(cfg Config) (*tls.Config, error) {
	if cfg.CAFile == "" && cfg.CertFile == "" {
		return nil, nil
	}
	result := &tls.Config{MinVersion: tls.VersionTLS12}
	if cfg.CAFile != "" {
		certificates, err := os.ReadFile(cfg.CAFile)
		if err != nil {
			return nil, err
		}
		result.RootCAs = x509.NewCertPool()
		if !result.RootCAs.AppendCertsFromPEM(certificates) {
			return nil, fmt.Errorf("%s holds no PEM certificate", cfg.CAFile)
		}
	}
	if cfg.CertFile != "" {
		certificate, err := tls.LoadX509KeyPair(cfg.CertFile, cfg.KeyFile)
		if err != nil {
			return nil, err
		}
		result.Certificates = []tls.Certificate{certificate}
	}
	return result, nil
}
