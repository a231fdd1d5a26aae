"""All migrations up to the last it names in one, for a new database: the same schema in a third of the time."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import practice.identifiers
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('consent', '0001_initial'), ('consent', '0002_scans_and_reasons'), ('consent', '0003_drafts_may_be_unfinished')]

    initial = True

    dependencies = [
        ('patients', '0001_squashed_0006_merge_details'),
        ('practice', '0001_squashed_0006_document_password'),
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('key', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('area', 'Area'), ('referral', 'Referral region')], max_length=8)),
                ('parent', models.CharField(blank=True, max_length=40)),
                ('sidedness', models.CharField(max_length=10)),
                ('sort', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ('sort',),
            },
        ),
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', models.UUIDField(default=practice.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('language', models.CharField(default='en', max_length=12, validators=[django.core.validators.RegexValidator('^[a-z]{2}(-[A-Z]{2})?$', 'Use a code such as en.')])),
                ('text_version', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=160, validators=[django.core.validators.RegexValidator('\x00', 'Remove the character with code 0.', inverse_match=True)])),
                ('sections', models.JSONField(blank=True)),
                ('risks', models.JSONField(blank=True)),
                ('scope_items', models.JSONField(blank=True)),
                ('reconsent_required', models.BooleanField(default=False)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('practice', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'ordering': ('-published_at', '-text_version'),
                'constraints': [models.UniqueConstraint(fields=('practice', 'language', 'text_version'), name='consent_text_version_once', violation_error_message='This version number is taken. Use the next one.')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=practice.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('decisions', models.JSONField()),
                ('risks_discussed', models.JSONField(blank=True, default=list)),
                ('questions', models.TextField(blank=True, max_length=2000, validators=[django.core.validators.RegexValidator('\x00', 'Remove the character with code 0.', inverse_match=True)])),
                ('given_by_kind', models.CharField(choices=[('patient', 'Patient'), ('guardian', 'Guardian'), ('attorney', 'Attorney')], default='patient', max_length=8)),
                ('given_by_name', models.CharField(blank=True, max_length=120, validators=[django.core.validators.RegexValidator('\x00', 'Remove the character with code 0.', inverse_match=True)])),
                ('given_by_relation', models.CharField(blank=True, max_length=60, validators=[django.core.validators.RegexValidator('\x00', 'Remove the character with code 0.', inverse_match=True)])),
                ('method', models.CharField(choices=[('signature', 'Signature'), ('verbal', 'Spoken'), ('paper_scan', 'Paper')], max_length=10)),
                ('signature', models.JSONField(blank=True, null=True)),
                ('signature_sha256', models.CharField(blank=True, max_length=64)),
                ('witness', models.CharField(blank=True, max_length=120, validators=[django.core.validators.RegexValidator('\x00', 'Remove the character with code 0.', inverse_match=True)])),
                ('not_signed_reason', models.CharField(blank=True, max_length=300, validators=[django.core.validators.RegexValidator('\x00', 'Remove the character with code 0.', inverse_match=True)])),
                ('given_at', models.DateTimeField()),
                ('valid_until', models.DateField()),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('obtained_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='patients.patient')),
                ('practice', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='consent.consenttext')),
            ],
            options={
                'ordering': ('-given_at', '-id'),
                'indexes': [models.Index(fields=['patient', '-given_at'], name='consent_by_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('method', 'signature'), ('signature__isnull', False), models.Q(('signature_sha256', ''), _negated=True)), models.Q(models.Q(('method', 'signature'), _negated=True), ('signature__isnull', True), ('signature_sha256', '')), _connector='OR'), name='consent_signature_with_its_digest', violation_error_message='A signature is stored with its digest, and only when the patient signed.'), models.CheckConstraint(condition=models.Q(('given_by_kind', 'patient'), models.Q(('given_by_name', ''), _negated=True), _connector='OR'), name='consent_names_who_spoke_for_the_patient', violation_error_message='Write the name of the guardian or attorney.')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalConsentText',
            fields=[
                ('id', models.UUIDField(db_index=True, default=practice.identifiers.new_id, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('history_change_reason', models.CharField(max_length=200, null=True)),
                ('language', models.CharField(default='en', max_length=12, validators=[django.core.validators.RegexValidator('^[a-z]{2}(-[A-Z]{2})?$', 'Use a code such as en.')])),
                ('text_version', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=160, validators=[django.core.validators.RegexValidator('\x00', 'Remove the character with code 0.', inverse_match=True)])),
                ('sections', models.JSONField(blank=True)),
                ('risks', models.JSONField(blank=True)),
                ('scope_items', models.JSONField(blank=True)),
                ('reconsent_required', models.BooleanField(default=False)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('practice', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practice.practice')),
            ],
            options={
                'verbose_name': 'historical consent text',
                'verbose_name_plural': 'historical consent texts',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalScreening',
            fields=[
                ('id', models.UUIDField(db_index=True, default=practice.identifiers.new_id, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('history_change_reason', models.CharField(max_length=200, null=True)),
                ('taken_at', models.DateTimeField()),
                ('filled_by', models.CharField(choices=[('patient', 'Patient'), ('practitioner', 'Practitioner')], max_length=12)),
                ('answers', models.JSONField()),
                ('complete', models.BooleanField()),
                ('content_version', models.CharField(max_length=10)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='patients.patient')),
                ('practice', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practice.practice')),
                ('reviewed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical screening',
                'verbose_name_plural': 'historical screenings',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Screening',
            fields=[
                ('id', models.UUIDField(default=practice.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('taken_at', models.DateTimeField()),
                ('filled_by', models.CharField(choices=[('patient', 'Patient'), ('practitioner', 'Practitioner')], max_length=12)),
                ('answers', models.JSONField()),
                ('complete', models.BooleanField()),
                ('content_version', models.CharField(max_length=10)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='screenings', to='patients.patient')),
                ('practice', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-taken_at', '-id'),
                'indexes': [models.Index(fields=['patient', '-taken_at'], name='screening_by_patient')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at', None), ('reviewed_by', None)), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False)), _connector='OR'), name='screening_review_says_when_and_who')],
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.UUIDField(default=practice.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('scope', models.CharField(max_length=30)),
                ('reason', models.CharField(blank=True, max_length=500, validators=[django.core.validators.RegexValidator('\x00', 'Remove the character with code 0.', inverse_match=True)])),
                ('withdrawn_at', models.DateTimeField()),
                ('consent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='consent.consent')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='patients.patient')),
                ('practice', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'ordering': ('withdrawn_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='ConsentScan',
            fields=[
                ('id', models.UUIDField(default=practice.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('content_type', models.CharField(choices=[('application/pdf', 'PDF'), ('image/jpeg', 'JPEG'), ('image/png', 'PNG')], max_length=20)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('stored_as', models.CharField(editable=False, max_length=64, unique=True)),
                ('consent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='consent.consent')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consent_scans', to='patients.patient')),
                ('practice', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'ordering': ('created_at', 'id'),
                'constraints': [models.UniqueConstraint(fields=('consent', 'sha256'), name='consent_scan_once', violation_error_message='This scan is here already.')],
            },
        ),
    ]
