/*M!999999\- enable the sandbox mode */ 

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;
DROP TABLE IF EXISTS `auth_group`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_group` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(150) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `auth_group` WRITE;
/*!40000 ALTER TABLE `auth_group` DISABLE KEYS */;
INSERT INTO `auth_group` VALUES
(2,'财务'),
(1,'运营');
/*!40000 ALTER TABLE `auth_group` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `auth_group_permissions`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_group_permissions` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_group_permissions_group_id_permission_id_0cd325b0_uniq` (`group_id`,`permission_id`),
  KEY `auth_group_permissio_permission_id_84c5c92e_fk_auth_perm` (`permission_id`),
  CONSTRAINT `auth_group_permissio_permission_id_84c5c92e_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`),
  CONSTRAINT `auth_group_permissions_group_id_b120cbf9_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=49 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `auth_group_permissions` WRITE;
/*!40000 ALTER TABLE `auth_group_permissions` DISABLE KEYS */;
INSERT INTO `auth_group_permissions` VALUES
(1,1,1),
(2,1,2),
(3,1,3),
(4,1,4),
(5,1,5),
(6,1,6),
(7,1,7),
(8,1,8),
(9,1,9),
(10,1,10),
(11,1,11),
(12,1,12),
(13,1,13),
(14,1,14),
(15,1,15),
(16,1,16),
(17,1,17),
(18,1,18),
(19,1,19),
(20,1,20),
(21,1,21),
(22,1,22),
(23,1,23),
(24,1,24),
(25,1,25),
(26,1,28),
(47,1,32),
(27,1,33),
(28,1,34),
(29,1,35),
(30,1,36),
(37,1,61),
(38,1,62),
(39,1,63),
(36,1,64),
(40,1,65),
(41,1,66),
(42,1,67),
(43,1,68),
(44,1,76),
(45,1,80),
(46,1,144),
(48,1,148),
(32,2,40),
(33,2,44),
(31,2,48),
(34,2,52),
(35,2,60);
/*!40000 ALTER TABLE `auth_group_permissions` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `auth_permission`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_permission` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(255) NOT NULL,
  `content_type_id` int(11) NOT NULL,
  `codename` varchar(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_permission_content_type_id_codename_01ab375a_uniq` (`content_type_id`,`codename`),
  CONSTRAINT `auth_permission_content_type_id_2f476e4b_fk_django_co` FOREIGN KEY (`content_type_id`) REFERENCES `django_content_type` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=161 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `auth_permission` WRITE;
/*!40000 ALTER TABLE `auth_permission` DISABLE KEYS */;
INSERT INTO `auth_permission` VALUES
(1,'Can add 课程分类',1,'add_coursecategory'),
(2,'Can change 课程分类',1,'change_coursecategory'),
(3,'Can delete 课程分类',1,'delete_coursecategory'),
(4,'Can view 课程分类',1,'view_coursecategory'),
(5,'Can add 讲师',2,'add_teacher'),
(6,'Can change 讲师',2,'change_teacher'),
(7,'Can delete 讲师',2,'delete_teacher'),
(8,'Can view 讲师',2,'view_teacher'),
(9,'Can add 课程',3,'add_course'),
(10,'Can change 课程',3,'change_course'),
(11,'Can delete 课程',3,'delete_course'),
(12,'Can view 课程',3,'view_course'),
(13,'Can add 章节',4,'add_coursechapter'),
(14,'Can change 章节',4,'change_coursechapter'),
(15,'Can delete 章节',4,'delete_coursechapter'),
(16,'Can view 章节',4,'view_coursechapter'),
(17,'Can add 优惠活动',5,'add_coursediscount'),
(18,'Can change 优惠活动',5,'change_coursediscount'),
(19,'Can delete 优惠活动',5,'delete_coursediscount'),
(20,'Can view 优惠活动',5,'view_coursediscount'),
(21,'Can add 课时',6,'add_coursesection'),
(22,'Can change 课时',6,'change_coursesection'),
(23,'Can delete 课时',6,'delete_coursesection'),
(24,'Can view 课时',6,'view_coursesection'),
(25,'Can add 已购课程',7,'add_enrollment'),
(26,'Can change 已购课程',7,'change_enrollment'),
(27,'Can delete 已购课程',7,'delete_enrollment'),
(28,'Can view 已购课程',7,'view_enrollment'),
(29,'Can add 学习进度',8,'add_sectionprogress'),
(30,'Can change 学习进度',8,'change_sectionprogress'),
(31,'Can delete 学习进度',8,'delete_sectionprogress'),
(32,'Can view 学习进度',8,'view_sectionprogress'),
(33,'Can add 轮播图',9,'add_banner'),
(34,'Can change 轮播图',9,'change_banner'),
(35,'Can delete 轮播图',9,'delete_banner'),
(36,'Can view 轮播图',9,'view_banner'),
(37,'Can add 支付消息',10,'add_paymentevent'),
(38,'Can change 支付消息',10,'change_paymentevent'),
(39,'Can delete 支付消息',10,'delete_paymentevent'),
(40,'Can view 支付消息',10,'view_paymentevent'),
(41,'Can add 订单',11,'add_order'),
(42,'Can change 订单',11,'change_order'),
(43,'Can delete 订单',11,'delete_order'),
(44,'Can view 订单',11,'view_order'),
(45,'Can add 订单详情',12,'add_orderdetail'),
(46,'Can change 订单详情',12,'change_orderdetail'),
(47,'Can delete 订单详情',12,'delete_orderdetail'),
(48,'Can view 订单详情',12,'view_orderdetail'),
(49,'Can add 支付宝查询统计',13,'add_gatewaycounter'),
(50,'Can change 支付宝查询统计',13,'change_gatewaycounter'),
(51,'Can delete 支付宝查询统计',13,'delete_gatewaycounter'),
(52,'Can view 支付宝查询统计',13,'view_gatewaycounter'),
(53,'Can add placing key',14,'add_placingkey'),
(54,'Can change placing key',14,'change_placingkey'),
(55,'Can delete placing key',14,'delete_placingkey'),
(56,'Can view placing key',14,'view_placingkey'),
(57,'Can add 待退款订单',15,'add_refunddueorder'),
(58,'Can change 待退款订单',15,'change_refunddueorder'),
(59,'Can delete 待退款订单',15,'delete_refunddueorder'),
(60,'Can view 待退款订单',15,'view_refunddueorder'),
(61,'Can add 热门搜索词',16,'add_hotword'),
(62,'Can change 热门搜索词',16,'change_hotword'),
(63,'Can delete 热门搜索词',16,'delete_hotword'),
(64,'Can view 热门搜索词',16,'view_hotword'),
(65,'Can add 屏蔽的搜索词',17,'add_blockedword'),
(66,'Can change 屏蔽的搜索词',17,'change_blockedword'),
(67,'Can delete 屏蔽的搜索词',17,'delete_blockedword'),
(68,'Can view 屏蔽的搜索词',17,'view_blockedword'),
(69,'Can add index lock',18,'add_indexlock'),
(70,'Can change index lock',18,'change_indexlock'),
(71,'Can delete index lock',18,'delete_indexlock'),
(72,'Can view index lock',18,'view_indexlock'),
(73,'Can add 每日搜索',19,'add_searchday'),
(74,'Can change 每日搜索',19,'change_searchday'),
(75,'Can delete 每日搜索',19,'delete_searchday'),
(76,'Can view 每日搜索',19,'view_searchday'),
(77,'Can add 搜索词统计',20,'add_searchword'),
(78,'Can change 搜索词统计',20,'change_searchword'),
(79,'Can delete 搜索词统计',20,'delete_searchword'),
(80,'Can view 搜索词统计',20,'view_searchword'),
(81,'Can add log entry',21,'add_logentry'),
(82,'Can change log entry',21,'change_logentry'),
(83,'Can delete log entry',21,'delete_logentry'),
(84,'Can view log entry',21,'view_logentry'),
(85,'Can add permission',22,'add_permission'),
(86,'Can change permission',22,'change_permission'),
(87,'Can delete permission',22,'delete_permission'),
(88,'Can view permission',22,'view_permission'),
(89,'Can add group',23,'add_group'),
(90,'Can change group',23,'change_group'),
(91,'Can delete group',23,'delete_group'),
(92,'Can view group',23,'view_group'),
(93,'Can add content type',24,'add_contenttype'),
(94,'Can change content type',24,'change_contenttype'),
(95,'Can delete content type',24,'delete_contenttype'),
(96,'Can view content type',24,'view_contenttype'),
(97,'Can add session',25,'add_session'),
(98,'Can change session',25,'change_session'),
(99,'Can delete session',25,'delete_session'),
(100,'Can view session',25,'view_session'),
(101,'Can add access attempt',26,'add_accessattempt'),
(102,'Can change access attempt',26,'change_accessattempt'),
(103,'Can delete access attempt',26,'delete_accessattempt'),
(104,'Can view access attempt',26,'view_accessattempt'),
(105,'Can add access log',27,'add_accesslog'),
(106,'Can change access log',27,'change_accesslog'),
(107,'Can delete access log',27,'delete_accesslog'),
(108,'Can view access log',27,'view_accesslog'),
(109,'Can add access failure',28,'add_accessfailurelog'),
(110,'Can change access failure',28,'change_accessfailurelog'),
(111,'Can delete access failure',28,'delete_accessfailurelog'),
(112,'Can view access failure',28,'view_accessfailurelog'),
(113,'Can add access attempt expiration',29,'add_accessattemptexpiration'),
(114,'Can change access attempt expiration',29,'change_accessattemptexpiration'),
(115,'Can delete access attempt expiration',29,'delete_accessattemptexpiration'),
(116,'Can view access attempt expiration',29,'view_accessattemptexpiration'),
(117,'Can add 用户',30,'add_user'),
(118,'Can change 用户',30,'change_user'),
(119,'Can delete 用户',30,'delete_user'),
(120,'Can view 用户',30,'view_user'),
(121,'Can add 已注销的登录',31,'add_revokedtoken'),
(122,'Can change 已注销的登录',31,'change_revokedtoken'),
(123,'Can delete 已注销的登录',31,'delete_revokedtoken'),
(124,'Can view 已注销的登录',31,'view_revokedtoken'),
(125,'Can add 短信验证码',32,'add_smscode'),
(126,'Can change 短信验证码',32,'change_smscode'),
(127,'Can delete 短信验证码',32,'delete_smscode'),
(128,'Can view 短信验证码',32,'view_smscode'),
(129,'Can add 短信发送锁',33,'add_smsgate'),
(130,'Can change 短信发送锁',33,'change_smsgate'),
(131,'Can delete 短信发送锁',33,'delete_smsgate'),
(132,'Can view 短信发送锁',33,'view_smsgate'),
(133,'Can add 短信发送记录',34,'add_smssending'),
(134,'Can change 短信发送记录',34,'change_smssending'),
(135,'Can delete 短信发送记录',34,'delete_smssending'),
(136,'Can view 短信发送记录',34,'view_smssending'),
(137,'Can add 视频处理',35,'add_videojob'),
(138,'Can change 视频处理',35,'change_videojob'),
(139,'Can delete 视频处理',35,'delete_videojob'),
(140,'Can view 视频处理',35,'view_videojob'),
(141,'Can add 视频上传',36,'add_videoupload'),
(142,'Can change 视频上传',36,'change_videoupload'),
(143,'Can delete 视频上传',36,'delete_videoupload'),
(144,'Can view 视频上传',36,'view_videoupload'),
(145,'Can add course change',37,'add_coursechange'),
(146,'Can change course change',37,'change_coursechange'),
(147,'Can delete course change',37,'delete_coursechange'),
(148,'Can view course change',37,'view_coursechange'),
(149,'Can add 交易',38,'add_sandboxtrade'),
(150,'Can change 交易',38,'change_sandboxtrade'),
(151,'Can delete 交易',38,'delete_sandboxtrade'),
(152,'Can view 交易',38,'view_sandboxtrade'),
(153,'Can add 退款',39,'add_sandboxrefund'),
(154,'Can change 退款',39,'change_sandboxrefund'),
(155,'Can delete 退款',39,'delete_sandboxrefund'),
(156,'Can view 退款',39,'view_sandboxrefund'),
(157,'Can add 异步通知',40,'add_sandboxnotification'),
(158,'Can change 异步通知',40,'change_sandboxnotification'),
(159,'Can delete 异步通知',40,'delete_sandboxnotification'),
(160,'Can view 异步通知',40,'view_sandboxnotification');
/*!40000 ALTER TABLE `auth_permission` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `axes_accessattempt`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `axes_accessattempt` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `user_agent` varchar(255) NOT NULL,
  `ip_address` char(39) DEFAULT NULL,
  `username` varchar(255) DEFAULT NULL,
  `http_accept` varchar(1025) NOT NULL,
  `path_info` varchar(255) NOT NULL,
  `attempt_time` datetime(6) NOT NULL,
  `get_data` longtext NOT NULL,
  `post_data` longtext NOT NULL,
  `failures_since_start` int(10) unsigned NOT NULL CHECK (`failures_since_start` >= 0),
  PRIMARY KEY (`id`),
  UNIQUE KEY `axes_accessattempt_username_ip_address_user_agent_8ea22282_uniq` (`username`,`ip_address`,`user_agent`),
  KEY `axes_accessattempt_ip_address_10922d9c` (`ip_address`),
  KEY `axes_accessattempt_user_agent_ad89678b` (`user_agent`),
  KEY `axes_accessattempt_username_3f2d4ca0` (`username`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `axes_accessattempt` WRITE;
/*!40000 ALTER TABLE `axes_accessattempt` DISABLE KEYS */;
/*!40000 ALTER TABLE `axes_accessattempt` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `axes_accessattemptexpiration`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `axes_accessattemptexpiration` (
  `access_attempt_id` int(11) NOT NULL,
  `expires_at` datetime(6) NOT NULL,
  PRIMARY KEY (`access_attempt_id`),
  CONSTRAINT `axes_accessattemptex_access_attempt_id_6b73a47a_fk_axes_acce` FOREIGN KEY (`access_attempt_id`) REFERENCES `axes_accessattempt` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `axes_accessattemptexpiration` WRITE;
/*!40000 ALTER TABLE `axes_accessattemptexpiration` DISABLE KEYS */;
/*!40000 ALTER TABLE `axes_accessattemptexpiration` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `axes_accessfailurelog`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `axes_accessfailurelog` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `user_agent` varchar(255) NOT NULL,
  `ip_address` char(39) DEFAULT NULL,
  `username` varchar(255) DEFAULT NULL,
  `http_accept` varchar(1025) NOT NULL,
  `path_info` varchar(255) NOT NULL,
  `attempt_time` datetime(6) NOT NULL,
  `locked_out` tinyint(1) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `axes_accessfailurelog_user_agent_ea145dda` (`user_agent`),
  KEY `axes_accessfailurelog_ip_address_2e9f5a7f` (`ip_address`),
  KEY `axes_accessfailurelog_username_a8b7e8a4` (`username`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `axes_accessfailurelog` WRITE;
/*!40000 ALTER TABLE `axes_accessfailurelog` DISABLE KEYS */;
/*!40000 ALTER TABLE `axes_accessfailurelog` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `axes_accesslog`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `axes_accesslog` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `user_agent` varchar(255) NOT NULL,
  `ip_address` char(39) DEFAULT NULL,
  `username` varchar(255) DEFAULT NULL,
  `http_accept` varchar(1025) NOT NULL,
  `path_info` varchar(255) NOT NULL,
  `attempt_time` datetime(6) NOT NULL,
  `logout_time` datetime(6) DEFAULT NULL,
  `session_hash` varchar(64) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `axes_accesslog_ip_address_86b417e5` (`ip_address`),
  KEY `axes_accesslog_user_agent_0e659004` (`user_agent`),
  KEY `axes_accesslog_username_df93064b` (`username`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `axes_accesslog` WRITE;
/*!40000 ALTER TABLE `axes_accesslog` DISABLE KEYS */;
/*!40000 ALTER TABLE `axes_accesslog` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `django_admin_log`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `django_admin_log` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `action_time` datetime(6) NOT NULL,
  `object_id` longtext DEFAULT NULL,
  `object_repr` varchar(200) NOT NULL,
  `action_flag` smallint(5) unsigned NOT NULL CHECK (`action_flag` >= 0),
  `change_message` longtext NOT NULL,
  `content_type_id` int(11) DEFAULT NULL,
  `user_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `django_admin_log_content_type_id_c4bce8eb_fk_django_co` (`content_type_id`),
  KEY `django_admin_log_user_id_c564eba6_fk_luffy_user_id` (`user_id`),
  CONSTRAINT `django_admin_log_content_type_id_c4bce8eb_fk_django_co` FOREIGN KEY (`content_type_id`) REFERENCES `django_content_type` (`id`),
  CONSTRAINT `django_admin_log_user_id_c564eba6_fk_luffy_user_id` FOREIGN KEY (`user_id`) REFERENCES `luffy_user` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=6 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `django_admin_log` WRITE;
/*!40000 ALTER TABLE `django_admin_log` DISABLE KEYS */;
INSERT INTO `django_admin_log` VALUES
(1,'2026-11-27 23:13:56.124789','10','VideoUpload',2,'[]',36,3),
(2,'2026-11-27 23:13:56.132982','8','VideoJob',2,'[]',35,3),
(3,'2026-11-27 23:13:56.135493','3','SectionProgress',2,'[]',8,3),
(4,'2026-11-27 23:13:56.142413','30','CourseChange',2,'[]',37,3),
(5,'2026-11-27 23:13:56.149860','427','CourseSection',2,'[]',6,3);
/*!40000 ALTER TABLE `django_admin_log` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `django_content_type`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `django_content_type` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `app_label` varchar(100) NOT NULL,
  `model` varchar(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `django_content_type_app_label_model_76bd3d3b_uniq` (`app_label`,`model`)
) ENGINE=InnoDB AUTO_INCREMENT=41 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `django_content_type` WRITE;
/*!40000 ALTER TABLE `django_content_type` DISABLE KEYS */;
INSERT INTO `django_content_type` VALUES
(21,'admin','logentry'),
(40,'alipay_sandbox','sandboxnotification'),
(39,'alipay_sandbox','sandboxrefund'),
(38,'alipay_sandbox','sandboxtrade'),
(23,'auth','group'),
(22,'auth','permission'),
(26,'axes','accessattempt'),
(29,'axes','accessattemptexpiration'),
(28,'axes','accessfailurelog'),
(27,'axes','accesslog'),
(24,'contenttypes','contenttype'),
(3,'course','course'),
(1,'course','coursecategory'),
(37,'course','coursechange'),
(4,'course','coursechapter'),
(5,'course','coursediscount'),
(6,'course','coursesection'),
(7,'course','enrollment'),
(8,'course','sectionprogress'),
(2,'course','teacher'),
(35,'course','videojob'),
(36,'course','videoupload'),
(9,'home','banner'),
(13,'order','gatewaycounter'),
(11,'order','order'),
(12,'order','orderdetail'),
(10,'order','paymentevent'),
(14,'order','placingkey'),
(15,'order','refunddueorder'),
(17,'search','blockedword'),
(16,'search','hotword'),
(18,'search','indexlock'),
(19,'search','searchday'),
(20,'search','searchword'),
(25,'sessions','session'),
(31,'user','revokedtoken'),
(32,'user','smscode'),
(33,'user','smsgate'),
(34,'user','smssending'),
(30,'user','user');
/*!40000 ALTER TABLE `django_content_type` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `django_migrations`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `django_migrations` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `app` varchar(255) NOT NULL,
  `name` varchar(255) NOT NULL,
  `applied` datetime(6) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=48 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `django_migrations` WRITE;
/*!40000 ALTER TABLE `django_migrations` DISABLE KEYS */;
INSERT INTO `django_migrations` VALUES
(1,'contenttypes','0001_initial','2026-11-27 23:13:42.813631'),
(2,'contenttypes','0002_remove_content_type_name','2026-11-27 23:13:42.904412'),
(3,'auth','0001_initial','2026-11-27 23:13:43.136276'),
(4,'auth','0002_alter_permission_name_max_length','2026-11-27 23:13:43.159929'),
(5,'auth','0003_alter_user_email_max_length','2026-11-27 23:13:43.164958'),
(6,'auth','0004_alter_user_username_opts','2026-11-27 23:13:43.168702'),
(7,'auth','0005_alter_user_last_login_null','2026-11-27 23:13:43.172207'),
(8,'auth','0006_require_contenttypes_0002','2026-11-27 23:13:43.172858'),
(9,'auth','0007_alter_validators_add_error_messages','2026-11-27 23:13:43.176327'),
(10,'auth','0008_alter_user_username_max_length','2026-11-27 23:13:43.179737'),
(11,'auth','0009_alter_user_last_name_max_length','2026-11-27 23:13:43.187805'),
(12,'auth','0010_alter_group_name_max_length','2026-11-27 23:13:43.227599'),
(13,'auth','0011_update_proxy_permissions','2026-11-27 23:13:43.235906'),
(14,'auth','0012_alter_user_first_name_max_length','2026-11-27 23:13:43.239685'),
(15,'user','0001_initial','2026-11-27 23:13:43.581061'),
(16,'admin','0001_initial','2026-11-27 23:13:43.777207'),
(17,'admin','0002_logentry_remove_auto_add','2026-11-27 23:13:43.791339'),
(18,'admin','0003_logentry_add_action_flag_choices','2026-11-27 23:13:43.804429'),
(19,'alipay_sandbox','0001_initial','2026-11-27 23:13:43.948782'),
(20,'axes','0001_initial','2026-11-27 23:13:43.959157'),
(21,'axes','0002_auto_20151217_2044','2026-11-27 23:13:44.337360'),
(22,'axes','0003_auto_20160322_0929','2026-11-27 23:13:44.368487'),
(23,'axes','0004_auto_20181024_1538','2026-11-27 23:13:44.407165'),
(24,'axes','0005_remove_accessattempt_trusted','2026-11-27 23:13:44.465297'),
(25,'axes','0006_remove_accesslog_trusted','2026-11-27 23:13:44.497269'),
(26,'axes','0007_alter_accessattempt_unique_together','2026-11-27 23:13:44.621304'),
(27,'axes','0008_accessfailurelog','2026-11-27 23:13:44.707957'),
(28,'axes','0009_add_session_hash','2026-11-27 23:13:44.791853'),
(29,'axes','0010_accessattemptexpiration','2026-11-27 23:13:44.816665'),
(30,'course','0001_initial','2026-11-27 23:13:46.578947'),
(31,'course','0002_rights_of_operations','2026-11-27 23:13:46.629710'),
(32,'course','0003_videos','2026-11-27 23:13:47.473133'),
(33,'course','0004_states_of_videos','2026-11-27 23:13:47.746864'),
(34,'course','0005_search_outbox','2026-11-27 23:13:47.843067'),
(35,'home','0001_initial','2026-11-27 23:13:47.855320'),
(36,'home','0002_rights_of_operations','2026-11-27 23:13:47.946925'),
(37,'order','0001_initial','2026-11-27 23:13:48.867134'),
(38,'order','0002_rights_of_finance','2026-11-27 23:13:48.916101'),
(39,'order','0003_payment_truth','2026-11-27 23:13:50.079405'),
(40,'order','0004_rights_of_finance_on_refunds','2026-11-27 23:13:50.229148'),
(41,'search','0001_initial','2026-11-27 23:13:50.286792'),
(42,'search','0002_rights_of_operations','2026-11-27 23:13:50.406358'),
(43,'search','0003_counts_and_locks','2026-11-27 23:13:50.509751'),
(44,'search','0004_rights_to_counts','2026-11-27 23:13:50.627432'),
(45,'sessions','0001_initial','2026-11-27 23:13:50.685061'),
(46,'user','0002_folded_names_epochs_and_sendings','2026-11-27 23:13:51.273121'),
(47,'user','0003_closed_at','2026-11-27 23:13:51.317559');
/*!40000 ALTER TABLE `django_migrations` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `django_session`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `django_session` (
  `session_key` varchar(40) NOT NULL,
  `session_data` longtext NOT NULL,
  `expire_date` datetime(6) NOT NULL,
  PRIMARY KEY (`session_key`),
  KEY `django_session_expire_date_a5c62663` (`expire_date`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `django_session` WRITE;
/*!40000 ALTER TABLE `django_session` DISABLE KEYS */;
/*!40000 ALTER TABLE `django_session` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_banner`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_banner` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `orders` int(10) unsigned NOT NULL CHECK (`orders` >= 0),
  `is_show` tinyint(1) NOT NULL,
  `is_delete` tinyint(1) NOT NULL,
  `title` varchar(64) NOT NULL,
  `image` varchar(100) NOT NULL,
  `link` varchar(255) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_banner` WRITE;
/*!40000 ALTER TABLE `luffy_banner` DISABLE KEYS */;
INSERT INTO `luffy_banner` VALUES
(1,'2026-11-27 23:13:52.143373','2026-11-27 23:13:52.143418',1,1,0,'把想学的，变成会做的','banner/demo/school.webp','/free-course'),
(2,'2026-11-27 23:13:52.147343','2026-11-27 23:13:52.147382',2,1,0,'做一个真正能上线的商城','banner/demo/django-shop.webp','/course/10'),
(3,'2026-11-27 23:13:52.149244','2026-11-27 23:13:52.149275',3,1,0,'让数据开口说话','banner/demo/data-ai.webp','/course/15');
/*!40000 ALTER TABLE `luffy_banner` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_course`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_course` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `orders` int(10) unsigned NOT NULL CHECK (`orders` >= 0),
  `is_show` tinyint(1) NOT NULL,
  `is_delete` tinyint(1) NOT NULL,
  `name` varchar(128) NOT NULL,
  `kind` smallint(6) NOT NULL,
  `course_type` smallint(6) NOT NULL,
  `course_img` varchar(100) NOT NULL,
  `brief` longtext NOT NULL,
  `detail` longtext NOT NULL,
  `level` smallint(6) NOT NULL,
  `status` smallint(6) NOT NULL,
  `pub_date` date DEFAULT NULL,
  `period` int(10) unsigned NOT NULL CHECK (`period` >= 0),
  `attachment_path` varchar(255) NOT NULL,
  `price` decimal(8,2) NOT NULL,
  `students` int(10) unsigned NOT NULL CHECK (`students` >= 0),
  `sections` int(10) unsigned NOT NULL CHECK (`sections` >= 0),
  `pub_sections` int(10) unsigned NOT NULL CHECK (`pub_sections` >= 0),
  `course_category_id` bigint(20) NOT NULL,
  `teacher_id` bigint(20) NOT NULL,
  `length` int(10) unsigned NOT NULL CHECK (`length` >= 0),
  PRIMARY KEY (`id`),
  KEY `course_kind_orders` (`kind`,`orders`,`id`),
  KEY `course_kind_students` (`kind`,`students`,`id`),
  KEY `course_kind_price` (`kind`,`price`,`id`),
  KEY `course_category_orders` (`course_category_id`,`orders`,`id`),
  KEY `luffy_course_teacher_id_0202c7b2_fk_luffy_teacher_id` (`teacher_id`),
  CONSTRAINT `luffy_course_course_category_id_ae7376a3_fk_luffy_cou` FOREIGN KEY (`course_category_id`) REFERENCES `luffy_course_category` (`id`),
  CONSTRAINT `luffy_course_teacher_id_0202c7b2_fk_luffy_teacher_id` FOREIGN KEY (`teacher_id`) REFERENCES `luffy_teacher` (`id`),
  CONSTRAINT `course_price_not_negative` CHECK (`price` >= 0),
  CONSTRAINT `course_free_costs_nothing` CHECK (`kind` <> 1 or `price` = 0)
) ENGINE=InnoDB AUTO_INCREMENT=28 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_course` WRITE;
/*!40000 ALTER TABLE `luffy_course` DISABLE KEYS */;
INSERT INTO `luffy_course` VALUES
(1,'2026-11-27 23:13:51.867783','2026-11-27 23:13:54.343340',1,1,0,'Python 零基础入门',1,0,'course/covers/demo/python-first-steps.webp','不需要任何编程经验，从安装解释器开始，写出第一个真正能用的小程序。','<p>介绍</p>',0,0,'2025-03-04',30,'course/attachments/demo/Python 零基础入门 课件.zip',0.00,12847,8,8,1,1,1457),
(9,'2026-11-27 23:13:51.868325','2026-11-27 23:13:54.364984',1,1,0,'Python 爬虫实战',2,0,'course/covers/demo/python-crawler.webp','从一次请求到分布式采集：解析页面、应对反爬、清洗入库，全程守规矩地抓取公开数据。','<p>介绍</p>',1,0,'2025-09-16',45,'course/attachments/demo/Python 爬虫实战 课件.zip',99.00,8464,8,8,1,2,1937),
(10,'2026-11-27 23:13:51.868377','2026-11-27 23:13:56.085893',2,1,0,'Django REST 在线商城实战',2,0,'course/covers/demo/django-shop.webp','从需求到上线做完一个商城：商品、购物车、订单、支付回调与后台，每一步都有测试。','<p>介绍</p>',1,0,'2026-02-24',90,'',399.00,4311,16,11,1,1,1603),
(18,'2026-11-27 23:13:51.876563','2026-11-27 23:13:54.401512',1,1,0,'Python 办公自动化',3,0,'course/covers/demo/python-automation.webp','批量改名、合并表格、填写合同、群发邮件，把下班时间还给自己。','<p>介绍</p>',0,0,'2025-10-14',30,'',49.00,6872,7,7,1,8,1009);
/*!40000 ALTER TABLE `luffy_course` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_course_category`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_course_category` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `orders` int(10) unsigned NOT NULL CHECK (`orders` >= 0),
  `is_show` tinyint(1) NOT NULL,
  `is_delete` tinyint(1) NOT NULL,
  `name` varchar(64) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_course_category` WRITE;
/*!40000 ALTER TABLE `luffy_course_category` DISABLE KEYS */;
INSERT INTO `luffy_course_category` VALUES
(1,'2026-11-27 23:13:51.626916','2026-11-27 23:13:51.626945',1,1,0,'Python');
/*!40000 ALTER TABLE `luffy_course_category` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_course_change`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_course_change` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `subject` smallint(6) NOT NULL,
  `object_id` bigint(20) NOT NULL,
  `created_time` datetime(6) NOT NULL,
  `drained_time` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `luffy_course_change_drained_time_a0f4bcbd` (`drained_time`)
) ENGINE=InnoDB AUTO_INCREMENT=31 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_course_change` WRITE;
/*!40000 ALTER TABLE `luffy_course_change` DISABLE KEYS */;
INSERT INTO `luffy_course_change` VALUES
(1,2,1,'2026-11-27 23:13:51.628932','2026-11-27 23:13:53.505679'),
(2,2,2,'2026-11-27 23:13:51.636483','2026-11-27 23:13:53.505679'),
(3,2,3,'2026-11-27 23:13:51.638522','2026-11-27 23:13:53.505679'),
(4,2,4,'2026-11-27 23:13:51.644997','2026-11-27 23:13:53.505679'),
(5,2,5,'2026-11-27 23:13:51.650691','2026-11-27 23:13:53.505679'),
(6,2,6,'2026-11-27 23:13:51.652244','2026-11-27 23:13:53.505679'),
(7,1,1,'2026-11-27 23:13:53.863029','2026-11-27 23:13:54.838797'),
(8,1,9,'2026-11-27 23:13:53.891661','2026-11-27 23:13:54.838797'),
(9,1,10,'2026-11-27 23:13:54.011933','2026-11-27 23:13:54.838797'),
(10,1,18,'2026-11-27 23:13:54.065267','2026-11-27 23:13:54.838797'),
(11,1,1,'2026-11-27 23:13:54.117248','2026-11-27 23:13:54.838797'),
(12,1,9,'2026-11-27 23:13:54.142133','2026-11-27 23:13:54.838797'),
(13,1,10,'2026-11-27 23:13:54.156492','2026-11-27 23:13:54.838797'),
(14,1,18,'2026-11-27 23:13:54.186608','2026-11-27 23:13:54.838797'),
(15,1,1,'2026-11-27 23:13:54.217264','2026-11-27 23:13:54.838797'),
(16,1,9,'2026-11-27 23:13:54.249073','2026-11-27 23:13:54.838797'),
(17,1,10,'2026-11-27 23:13:54.281900','2026-11-27 23:13:54.838797'),
(18,1,9,'2026-11-27 23:13:54.305471','2026-11-27 23:13:54.838797'),
(19,1,10,'2026-11-27 23:13:54.326555','2026-11-27 23:13:54.838797'),
(20,1,10,'2026-11-27 23:13:54.793413','2026-11-27 23:13:54.838797'),
(21,1,10,'2026-11-27 23:13:54.990204','2026-11-27 23:13:55.978853'),
(22,1,10,'2026-11-27 23:13:55.102136','2026-11-27 23:13:55.978853'),
(23,1,10,'2026-11-27 23:13:55.243555','2026-11-27 23:13:55.978853'),
(24,1,10,'2026-11-27 23:13:55.457406','2026-11-27 23:13:55.978853'),
(25,1,10,'2026-11-27 23:13:55.593350','2026-11-27 23:13:55.978853'),
(26,1,10,'2026-11-27 23:13:55.780386','2026-11-27 23:13:55.978853'),
(27,1,10,'2026-11-27 23:13:55.786026','2026-11-27 23:13:55.978853'),
(28,1,10,'2026-11-27 23:13:55.941232','2026-11-27 23:13:55.978853'),
(29,1,10,'2026-11-27 23:13:55.994730',NULL),
(30,1,10,'2026-11-27 23:13:56.022578',NULL);
/*!40000 ALTER TABLE `luffy_course_change` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_course_chapter`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_course_chapter` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `orders` int(10) unsigned NOT NULL CHECK (`orders` >= 0),
  `is_show` tinyint(1) NOT NULL,
  `is_delete` tinyint(1) NOT NULL,
  `chapter` smallint(5) unsigned NOT NULL CHECK (`chapter` >= 0),
  `name` varchar(128) NOT NULL,
  `summary` longtext NOT NULL,
  `course_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `chapter_in_course` (`course_id`,`chapter`,`id`),
  CONSTRAINT `luffy_course_chapter_course_id_fa245b81_fk_luffy_course_id` FOREIGN KEY (`course_id`) REFERENCES `luffy_course` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=124 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_course_chapter` WRITE;
/*!40000 ALTER TABLE `luffy_course_chapter` DISABLE KEYS */;
INSERT INTO `luffy_course_chapter` VALUES
(1,'2026-11-27 23:13:51.916579','2026-11-27 23:13:51.916612',1,1,0,1,'准备工作','装好环境，认识解释器和编辑器',1),
(2,'2026-11-27 23:13:51.916680','2026-11-27 23:13:51.916691',2,1,0,2,'数据与变量','数字、字符串、列表和字典',1),
(34,'2026-11-27 23:13:51.917482','2026-11-27 23:13:51.917489',1,1,0,1,'请求与响应','读懂浏览器在做什么',9),
(35,'2026-11-27 23:13:51.917505','2026-11-27 23:13:51.917512',2,1,0,2,'解析页面','从 HTML 中取出数据',9),
(40,'2026-11-27 23:13:51.917620','2026-11-27 23:13:51.917627',1,1,0,1,'需求与建模','先想清楚再动手',10),
(41,'2026-11-27 23:13:51.917642','2026-11-27 23:13:51.917649',2,1,0,2,'商品与检索','第一个接口',10),
(84,'2026-11-27 23:13:51.918712','2026-11-27 23:13:51.918719',1,1,0,1,'文件整理','批量改名与归档',18),
(85,'2026-11-27 23:13:51.918735','2026-11-27 23:13:51.918742',2,1,0,2,'表格处理','合并、拆分与校验',18);
/*!40000 ALTER TABLE `luffy_course_chapter` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_course_discount`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_course_discount` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `orders` int(10) unsigned NOT NULL CHECK (`orders` >= 0),
  `is_show` tinyint(1) NOT NULL,
  `is_delete` tinyint(1) NOT NULL,
  `name` varchar(64) NOT NULL,
  `discount_type` smallint(6) NOT NULL,
  `value` decimal(8,2) NOT NULL,
  `starts_at` datetime(6) NOT NULL,
  `ends_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `discount_running` (`starts_at`,`ends_at`),
  CONSTRAINT `discount_ends_after_start` CHECK (`ends_at` > `starts_at`),
  CONSTRAINT `discount_value_fits_type` CHECK (`discount_type` = 1 and `value` = 0 or `discount_type` = 2 and `value` > 0 and `value` < 1 or `discount_type` = 3 and `value` > 0)
) ENGINE=InnoDB AUTO_INCREMENT=6 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_course_discount` WRITE;
/*!40000 ALTER TABLE `luffy_course_discount` DISABLE KEYS */;
/*!40000 ALTER TABLE `luffy_course_discount` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_course_discount_courses`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_course_discount_courses` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `coursediscount_id` bigint(20) NOT NULL,
  `course_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `luffy_course_discount_co_coursediscount_id_course_57f8917d_uniq` (`coursediscount_id`,`course_id`),
  KEY `luffy_course_discoun_course_id_1d7c6020_fk_luffy_cou` (`course_id`),
  CONSTRAINT `luffy_course_discoun_course_id_1d7c6020_fk_luffy_cou` FOREIGN KEY (`course_id`) REFERENCES `luffy_course` (`id`),
  CONSTRAINT `luffy_course_discoun_coursediscount_id_907d2f81_fk_luffy_cou` FOREIGN KEY (`coursediscount_id`) REFERENCES `luffy_course_discount` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=16 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_course_discount_courses` WRITE;
/*!40000 ALTER TABLE `luffy_course_discount_courses` DISABLE KEYS */;
/*!40000 ALTER TABLE `luffy_course_discount_courses` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_course_section`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_course_section` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `orders` int(10) unsigned NOT NULL CHECK (`orders` >= 0),
  `is_show` tinyint(1) NOT NULL,
  `is_delete` tinyint(1) NOT NULL,
  `name` varchar(128) NOT NULL,
  `section_type` smallint(6) NOT NULL,
  `video` varchar(255) NOT NULL,
  `content` longtext NOT NULL,
  `duration` int(10) unsigned NOT NULL CHECK (`duration` >= 0),
  `free_trail` tinyint(1) NOT NULL,
  `chapter_id` bigint(20) NOT NULL,
  `answer` longtext NOT NULL,
  `hls` varchar(255) NOT NULL,
  `media_note` varchar(255) NOT NULL,
  `media_state` smallint(6) NOT NULL,
  `poster` varchar(255) NOT NULL,
  `video_plays` tinyint(1) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `section_in_chapter` (`chapter_id`,`orders`,`id`),
  CONSTRAINT `luffy_course_section_chapter_id_98cfb330_fk_luffy_cou` FOREIGN KEY (`chapter_id`) REFERENCES `luffy_course_chapter` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=428 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_course_section` WRITE;
/*!40000 ALTER TABLE `luffy_course_section` DISABLE KEYS */;
INSERT INTO `luffy_course_section` VALUES
(1,'2026-11-27 23:13:51.961853','2026-11-27 23:13:51.961889',1,1,0,'编程到底是在做什么',2,'course/videos/demo/lesson.mp4','',26,1,1,'','','',3,'',1),
(2,'2026-11-27 23:13:51.961986','2026-11-27 23:13:51.961997',2,1,0,'安装 Python 并运行第一行代码',2,'course/videos/demo/hls/index.m3u8','',26,0,1,'','','',3,'',1),
(3,'2026-11-27 23:13:51.964846','2026-11-27 23:13:51.964872',3,1,0,'编辑器与快捷键速查',0,'','短文',346,0,1,'','','',0,'',1),
(4,'2026-11-27 23:13:51.964919','2026-11-27 23:13:51.964929',1,1,0,'变量是一张标签',2,'course/videos/demo/lesson.mp4','',26,0,2,'','','',3,'',1),
(5,'2026-11-27 23:13:51.964965','2026-11-27 23:13:51.964973',2,1,0,'字符串的切片与格式化',2,'course/videos/demo/hls/index.m3u8','',26,0,2,'','','',3,'',1),
(6,'2026-11-27 23:13:51.965005','2026-11-27 23:13:51.965013',3,1,0,'列表：把东西排成一队',2,'course/videos/demo/lesson.mp4','',26,0,2,'','','',3,'',1),
(7,'2026-11-27 23:13:51.965044','2026-11-27 23:13:51.965052',4,1,0,'字典：用名字找到内容',2,'course/videos/demo/lesson.mp4','',26,0,2,'','','',3,'',1),
(8,'2026-11-27 23:13:51.965081','2026-11-27 23:13:51.965089',5,1,0,'练习：整理一份购物清单',1,'','短文',955,0,2,'答案','','',0,'',1),
(117,'2026-11-27 23:13:51.975518','2026-11-27 23:13:51.975526',1,1,0,'爬虫能做什么，不能做什么',2,'course/videos/demo/lesson.mp4','',26,1,34,'','','',3,'',1),
(118,'2026-11-27 23:13:51.975552','2026-11-27 23:13:51.975559',2,1,0,'用开发者工具分析一次请求',2,'course/videos/demo/hls/index.m3u8','',26,1,34,'','','',3,'',1),
(119,'2026-11-27 23:13:51.975585','2026-11-27 23:13:51.975593',3,1,0,'requests 的会话、超时与重试',2,'course/videos/demo/lesson.mp4','',26,0,34,'','','',3,'',1),
(120,'2026-11-27 23:13:51.975619','2026-11-27 23:13:51.975626',4,1,0,'采集礼仪与法律边界',0,'','短文',395,0,34,'','','',0,'',1),
(121,'2026-11-27 23:13:51.975653','2026-11-27 23:13:51.975660',1,1,0,'CSS 选择器与 XPath',2,'course/videos/demo/lesson.mp4','',26,0,35,'','','',3,'',1),
(122,'2026-11-27 23:13:51.975686','2026-11-27 23:13:51.975693',2,1,0,'处理编码与残缺的标签',2,'course/videos/demo/hls/index.m3u8','',26,0,35,'','','',3,'',1),
(123,'2026-11-27 23:13:51.975719','2026-11-27 23:13:51.975726',3,1,0,'从 JSON 接口直接拿数据',2,'course/videos/demo/lesson.mp4','',26,0,35,'','','',3,'',1),
(124,'2026-11-27 23:13:51.975752','2026-11-27 23:13:51.975759',4,1,0,'练习：图书列表采集',1,'','短文',1386,0,35,'','','',0,'',1),
(139,'2026-11-27 23:13:51.976257','2026-11-27 23:13:51.976264',1,1,0,'画出用户的购买路径',2,'course/videos/demo/lesson.mp4','',26,1,40,'','','',3,'',1),
(140,'2026-11-27 23:13:51.976290','2026-11-27 23:13:51.976297',2,1,0,'拆分应用与设计表结构',2,'course/videos/demo/hls/index.m3u8','',26,1,40,'','','',3,'',1),
(141,'2026-11-27 23:13:51.976345','2026-11-27 23:13:51.976367',3,1,0,'项目初始化与配置管理',2,'course/videos/demo/lesson.mp4','',26,0,40,'','','',3,'',1),
(142,'2026-11-27 23:13:51.976427','2026-11-27 23:13:51.976445',1,1,0,'序列化器与视图集',2,'course/videos/demo/lesson.mp4','',26,0,41,'','','',3,'',1),
(143,'2026-11-27 23:13:51.976507','2026-11-27 23:13:51.976522',2,1,0,'筛选、排序与分页',2,'course/videos/demo/hls/index.m3u8','',26,0,41,'','','',3,'',1),
(144,'2026-11-27 23:13:51.976555','2026-11-27 23:13:51.976563',3,1,0,'避免 N+1 查询',2,'course/videos/demo/lesson.mp4','',26,0,41,'','','',3,'',1),
(145,'2026-11-27 23:13:51.976591','2026-11-27 23:13:51.976599',4,1,0,'练习：商品多规格',1,'','短文',1196,0,41,'','','',0,'',1),
(287,'2026-11-27 23:13:51.994494','2026-11-27 23:13:51.994501',1,1,0,'用 pathlib 走遍文件夹',2,'course/videos/demo/lesson.mp4','',26,1,84,'','','',3,'',1),
(288,'2026-11-27 23:13:51.994528','2026-11-27 23:13:51.994535',2,1,0,'按规则批量改名',2,'course/videos/demo/hls/index.m3u8','',26,0,84,'','','',3,'',1),
(289,'2026-11-27 23:13:51.994562','2026-11-27 23:13:51.994569',3,1,0,'找出重复的文件',2,'course/videos/demo/lesson.mp4','',26,0,84,'','','',3,'',1),
(290,'2026-11-27 23:13:51.994596','2026-11-27 23:13:51.994603',4,1,0,'练习：整理下载文件夹',1,'','短文',853,0,84,'','','',0,'',1),
(291,'2026-11-27 23:13:51.994630','2026-11-27 23:13:51.994637',1,1,0,'合并五十张报表',2,'course/videos/demo/lesson.mp4','',26,0,85,'','','',3,'',1),
(292,'2026-11-27 23:13:51.994663','2026-11-27 23:13:51.994671',2,1,0,'按部门拆分并加上样式',2,'course/videos/demo/hls/index.m3u8','',26,0,85,'','','',3,'',1),
(293,'2026-11-27 23:13:51.994697','2026-11-27 23:13:51.994704',3,1,0,'自动检查填写错误',2,'course/videos/demo/lesson.mp4','',26,0,85,'','','',3,'',1),
(418,'2026-11-27 23:13:54.781441','2026-11-27 23:13:54.966140',900,1,0,'Converted',2,'course/videos/202611/8978d50f23fa41e4a59ffc724f37716d/source.mp4','',61,0,40,'','course/videos/202611/8978d50f23fa41e4a59ffc724f37716d/hls-00000001/index.m3u8','',3,'course/videos/202611/8978d50f23fa41e4a59ffc724f37716d/poster-00000001.jpg',1),
(419,'2026-11-27 23:13:54.985049','2026-11-27 23:13:55.085179',900,1,0,'Failed but plays',2,'course/videos/202611/acb755b44b874aa288f973d229d80d83/source.mp4','',62,0,40,'','','转码失败,视频文件可能已损坏',4,'course/videos/202611/acb755b44b874aa288f973d229d80d83/poster-00000002.jpg',1),
(420,'2026-11-27 23:13:55.097405','2026-11-27 23:13:55.214821',900,1,0,'Failed and does not play',2,'course/videos/202611/481980a3ed7848ccbe3a98250fab8ca9/source.mp4','',0,0,40,'','','文件内容不是有效的视频,请重新上传',4,'',0),
(421,'2026-11-27 23:13:55.237191','2026-11-27 23:13:55.394450',900,1,0,'Being converted',2,'course/videos/202611/63b6c471027d49708ae93896e9b11857/source.mp4','',63,0,40,'','','',2,'',1),
(422,'2026-11-27 23:13:55.443641','2026-11-27 23:13:55.537523',900,1,0,'Waiting',2,'course/videos/202611/df5eca5940ae4da49972dec40d9a850a/source.mp4','',0,0,40,'','','',2,'',0),
(423,'2026-11-27 23:13:55.585182','2026-11-27 23:13:55.754723',900,1,0,'Replaced',2,'course/videos/202611/e1440a4055fe47a5bf48c669960f52e8/source.mp4','',64,0,40,'','','',2,'',0),
(424,'2026-11-27 23:13:55.779034','2026-11-27 23:13:55.779067',900,1,0,'Put in by hand',2,'course/videos/lesson.mp4','',65,0,40,'','','',0,'',1),
(425,'2026-11-27 23:13:55.781750','2026-11-27 23:13:55.934696',900,1,1,'Deleted',2,'course/videos/202611/5785638ec8d64e82b0a89d97439e1cee/source.mp4','',0,0,40,'','','',2,'',0),
(426,'2026-11-27 23:13:55.987073','2026-11-27 23:13:55.987108',900,1,0,'Empty',2,'','',67,0,40,'','','',0,'',1),
(427,'2026-11-27 23:13:56.018690','2026-11-27 23:13:56.018736',900,1,0,'Refused',2,'','',0,0,40,'','','',0,'',1);
/*!40000 ALTER TABLE `luffy_course_section` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_enrollment`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_enrollment` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `source` smallint(6) NOT NULL,
  `out_trade_no` varchar(64) NOT NULL,
  `course_id` bigint(20) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `enrollment_once_per_course` (`user_id`,`course_id`),
  KEY `luffy_enrollment_course_id_60e06b8d_fk_luffy_course_id` (`course_id`),
  KEY `luffy_enrollment_out_trade_no_b3b553d8` (`out_trade_no`),
  CONSTRAINT `luffy_enrollment_course_id_60e06b8d_fk_luffy_course_id` FOREIGN KEY (`course_id`) REFERENCES `luffy_course` (`id`),
  CONSTRAINT `luffy_enrollment_user_id_371dd4a2_fk_luffy_user_id` FOREIGN KEY (`user_id`) REFERENCES `luffy_user` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=6 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_enrollment` WRITE;
/*!40000 ALTER TABLE `luffy_enrollment` DISABLE KEYS */;
INSERT INTO `luffy_enrollment` VALUES
(1,'2026-11-27 23:13:54.461358','2026-11-27 23:13:54.461407',0,'',1,1),
(2,'2026-11-27 23:13:54.521081','2026-11-27 23:13:54.521111',1,'01M8FMJTA9NKVCH5NZZWGES5M4',9,1),
(3,'2026-11-27 23:13:54.521140','2026-11-27 23:13:54.521148',1,'01M8FMJTA9NKVCH5NZZWGES5M4',18,1),
(4,'2026-11-27 23:13:54.568826','2026-11-27 23:13:54.568875',1,'01M8FMJTBPKCHQK6TMMPNTNEZS',9,2),
(5,'2026-11-27 23:13:54.625165','2026-11-27 23:13:54.625212',2,'',10,2);
/*!40000 ALTER TABLE `luffy_enrollment` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_gateway_counter`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_gateway_counter` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `day` date NOT NULL,
  `outcome` varchar(16) NOT NULL,
  `count` int(10) unsigned NOT NULL CHECK (`count` >= 0),
  PRIMARY KEY (`id`),
  UNIQUE KEY `gateway_counter_once_a_day` (`day`,`outcome`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_gateway_counter` WRITE;
/*!40000 ALTER TABLE `luffy_gateway_counter` DISABLE KEYS */;
/*!40000 ALTER TABLE `luffy_gateway_counter` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_hot_word`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_hot_word` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `orders` int(10) unsigned NOT NULL CHECK (`orders` >= 0),
  `is_show` tinyint(1) NOT NULL,
  `is_delete` tinyint(1) NOT NULL,
  `word` varchar(32) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `word` (`word`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_hot_word` WRITE;
/*!40000 ALTER TABLE `luffy_hot_word` DISABLE KEYS */;
INSERT INTO `luffy_hot_word` VALUES
(1,'2026-11-27 23:13:52.159380','2026-11-27 23:13:52.159412',1,1,0,'Python'),
(2,'2026-11-27 23:13:52.163098','2026-11-27 23:13:52.163135',2,1,0,'爬虫'),
(3,'2026-11-27 23:13:52.167124','2026-11-27 23:13:52.167159',3,1,0,'Vue'),
(4,'2026-11-27 23:13:52.185328','2026-11-27 23:13:52.185370',4,1,0,'Docker'),
(5,'2026-11-27 23:13:52.193310','2026-11-27 23:13:52.193392',5,1,0,'Go 并发'),
(6,'2026-11-27 23:13:52.195028','2026-11-27 23:13:52.195054',6,1,0,'数据分析'),
(7,'2026-11-27 23:13:52.196557','2026-11-27 23:13:52.196590',7,1,0,'机器学习'),
(8,'2026-11-27 23:13:52.198092','2026-11-27 23:13:52.198116',8,1,0,'Linux');
/*!40000 ALTER TABLE `luffy_hot_word` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_order`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_order` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `subject` varchar(150) NOT NULL,
  `total_amount` decimal(10,2) NOT NULL,
  `out_trade_no` varchar(64) NOT NULL,
  `trade_no` varchar(64) NOT NULL,
  `order_status` smallint(6) NOT NULL,
  `pay_type` smallint(6) NOT NULL,
  `pay_time` datetime(6) DEFAULT NULL,
  `expires_at` datetime(6) NOT NULL,
  `open_basket` varchar(64) DEFAULT NULL,
  `user_id` bigint(20) NOT NULL,
  `next_query_at` datetime(6) DEFAULT NULL,
  `queried_at` datetime(6) DEFAULT NULL,
  `query_failures` smallint(5) unsigned NOT NULL CHECK (`query_failures` >= 0),
  `refund_due` decimal(10,2) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `out_trade_no` (`out_trade_no`),
  UNIQUE KEY `open_basket` (`open_basket`),
  KEY `order_of_user` (`user_id`,`id` DESC),
  KEY `order_to_expire` (`order_status`,`expires_at`),
  KEY `luffy_order_trade_no_a82f3123` (`trade_no`),
  KEY `luffy_order_user_id_e450c68c` (`user_id`),
  KEY `luffy_order_next_query_at_f41bc49f` (`next_query_at`),
  CONSTRAINT `order_total_positive` CHECK (`total_amount` > 0),
  CONSTRAINT `order_paid_has_time` CHECK (`order_status` not in (1,4) or `pay_time` is not null),
  CONSTRAINT `order_refund_due_not_negative` CHECK (`refund_due` >= 0)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_order` WRITE;
/*!40000 ALTER TABLE `luffy_order` DISABLE KEYS */;
INSERT INTO `luffy_order` VALUES
(1,'2026-11-27 23:13:54.506073','2026-11-27 23:13:54.513274','Python 爬虫实战 等 2 门课程',148.00,'01M8FMJTA9NKVCH5NZZWGES5M4','2026112722000001',1,1,'2026-11-27 23:13:54.509134','2026-11-27 23:43:54.505585',NULL,1,NULL,NULL,0,0.00),
(2,'2026-11-27 23:13:54.550637','2026-11-27 23:13:54.559708','Python 爬虫实战',99.00,'01M8FMJTBPKCHQK6TMMPNTNEZS','2026112722000002',1,1,'2026-11-27 23:13:54.557359','2026-11-27 23:43:54.550219',NULL,2,NULL,NULL,0,0.00),
(3,'2026-11-27 23:13:54.613567','2026-11-27 23:13:54.613611','Django REST 在线商城实战',399.00,'01M8FMJTDN00CCMJZQAH3P42G0','',0,1,NULL,'2026-11-27 23:43:54.613080','b37ae13e618cd2a9af595ca5d1af15ec54f22629c7fb2550c6bf59a77f8c83c7',1,'2026-11-27 23:14:54.613080',NULL,0,0.00);
/*!40000 ALTER TABLE `luffy_order` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_order_detail`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_order_detail` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `price` decimal(8,2) NOT NULL,
  `real_price` decimal(8,2) NOT NULL,
  `course_id` bigint(20) NOT NULL,
  `order_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `order_detail_once` (`order_id`,`course_id`),
  KEY `luffy_order_detail_course_id_eb4f1d29` (`course_id`),
  CONSTRAINT `luffy_order_detail_order_id_57bb4e1a_fk_luffy_order_id` FOREIGN KEY (`order_id`) REFERENCES `luffy_order` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_order_detail` WRITE;
/*!40000 ALTER TABLE `luffy_order_detail` DISABLE KEYS */;
INSERT INTO `luffy_order_detail` VALUES
(1,99.00,99.00,9,1),
(2,49.00,49.00,18,1),
(3,99.00,99.00,9,2),
(4,399.00,399.00,10,3);
/*!40000 ALTER TABLE `luffy_order_detail` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_payment_event`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_payment_event` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `source` varchar(16) NOT NULL,
  `out_trade_no` varchar(64) NOT NULL,
  `trade_no` varchar(64) NOT NULL,
  `total_amount` decimal(10,2) DEFAULT NULL,
  `accepted` tinyint(1) NOT NULL,
  `reason` varchar(64) NOT NULL,
  `message` longtext NOT NULL,
  `created_time` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `luffy_payment_event_out_trade_no_9fe4e032` (`out_trade_no`),
  KEY `luffy_payment_event_created_time_42d5c93e` (`created_time`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_payment_event` WRITE;
/*!40000 ALTER TABLE `luffy_payment_event` DISABLE KEYS */;
INSERT INTO `luffy_payment_event` VALUES
(1,'notification','01M8FMJTA9NKVCH5NZZWGES5M4','2026112722000001',148.00,1,'paid','sample','2026-11-27 23:13:54.529245'),
(2,'notification','01M8FMJTBPKCHQK6TMMPNTNEZS','2026112722000002',99.00,1,'paid','sample','2026-11-27 23:13:54.573225');
/*!40000 ALTER TABLE `luffy_payment_event` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_placing_key`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_placing_key` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `key` varchar(64) NOT NULL,
  `fingerprint` varchar(64) NOT NULL,
  `created_time` datetime(6) NOT NULL,
  `order_id` bigint(20) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `placing_key_once_per_user` (`user_id`,`key`),
  KEY `luffy_placing_key_order_id_b5bd6658_fk_luffy_order_id` (`order_id`),
  KEY `luffy_placing_key_created_time_f5f611c6` (`created_time`),
  KEY `luffy_placing_key_user_id_276c3ab0` (`user_id`),
  CONSTRAINT `luffy_placing_key_order_id_b5bd6658_fk_luffy_order_id` FOREIGN KEY (`order_id`) REFERENCES `luffy_order` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_placing_key` WRITE;
/*!40000 ALTER TABLE `luffy_placing_key` DISABLE KEYS */;
INSERT INTO `luffy_placing_key` VALUES
(1,'dump-key-1','3933a2bc73ce2a926f3a182a9ea07e0098846f8f3823fe115f3a59dbe7e86784','2026-11-27 23:13:54.617489',3,1);
/*!40000 ALTER TABLE `luffy_placing_key` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_revoked_token`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_revoked_token` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `orig_jti` varchar(32) NOT NULL,
  `expires_at` datetime(6) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `orig_jti` (`orig_jti`),
  KEY `luffy_revoked_token_user_id_d0abdd07_fk_luffy_user_id` (`user_id`),
  KEY `luffy_revoked_token_expires_at_5fcd8e25` (`expires_at`),
  CONSTRAINT `luffy_revoked_token_user_id_d0abdd07_fk_luffy_user_id` FOREIGN KEY (`user_id`) REFERENCES `luffy_user` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_revoked_token` WRITE;
/*!40000 ALTER TABLE `luffy_revoked_token` DISABLE KEYS */;
/*!40000 ALTER TABLE `luffy_revoked_token` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_sandbox_notification`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_sandbox_notification` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `body` longtext NOT NULL,
  `attempts` smallint(5) unsigned NOT NULL CHECK (`attempts` >= 0),
  `next_attempt_at` datetime(6) DEFAULT NULL,
  `delivered_at` datetime(6) DEFAULT NULL,
  `last_answer` varchar(200) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `trade_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `luffy_sandbox_notifi_trade_id_57768c45_fk_luffy_san` (`trade_id`),
  KEY `luffy_sandbox_notify_due` (`next_attempt_at`),
  CONSTRAINT `luffy_sandbox_notifi_trade_id_57768c45_fk_luffy_san` FOREIGN KEY (`trade_id`) REFERENCES `luffy_sandbox_trade` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_sandbox_notification` WRITE;
/*!40000 ALTER TABLE `luffy_sandbox_notification` DISABLE KEYS */;
/*!40000 ALTER TABLE `luffy_sandbox_notification` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_sandbox_refund`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_sandbox_refund` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `request_no` varchar(64) NOT NULL,
  `amount` decimal(11,2) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `trade_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `luffy_sandbox_refund_once` (`trade_id`,`request_no`),
  CONSTRAINT `luffy_sandbox_refund_trade_id_f29f6774_fk_luffy_sandbox_trade_id` FOREIGN KEY (`trade_id`) REFERENCES `luffy_sandbox_trade` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_sandbox_refund` WRITE;
/*!40000 ALTER TABLE `luffy_sandbox_refund` DISABLE KEYS */;
/*!40000 ALTER TABLE `luffy_sandbox_refund` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_sandbox_trade`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_sandbox_trade` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `out_trade_no` varchar(64) NOT NULL,
  `trade_no` varchar(28) NOT NULL,
  `token` varchar(64) NOT NULL,
  `subject` varchar(256) NOT NULL,
  `total_amount` decimal(11,2) NOT NULL,
  `refunded_amount` decimal(11,2) NOT NULL,
  `status` varchar(16) NOT NULL,
  `notify_url` varchar(500) NOT NULL,
  `return_url` varchar(500) NOT NULL,
  `buyer_id` varchar(16) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `expires_at` datetime(6) DEFAULT NULL,
  `paid_at` datetime(6) DEFAULT NULL,
  `closed_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `out_trade_no` (`out_trade_no`),
  UNIQUE KEY `trade_no` (`trade_no`),
  UNIQUE KEY `token` (`token`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_sandbox_trade` WRITE;
/*!40000 ALTER TABLE `luffy_sandbox_trade` DISABLE KEYS */;
/*!40000 ALTER TABLE `luffy_sandbox_trade` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_search_blocked_word`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_search_blocked_word` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `word` varchar(32) NOT NULL,
  `created_time` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `word` (`word`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_search_blocked_word` WRITE;
/*!40000 ALTER TABLE `luffy_search_blocked_word` DISABLE KEYS */;
/*!40000 ALTER TABLE `luffy_search_blocked_word` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_search_day`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_search_day` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `day` date NOT NULL,
  `searches` int(10) unsigned NOT NULL CHECK (`searches` >= 0),
  `without_result` int(10) unsigned NOT NULL CHECK (`without_result` >= 0),
  `by_database` int(10) unsigned NOT NULL CHECK (`by_database` >= 0),
  PRIMARY KEY (`id`),
  UNIQUE KEY `day` (`day`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_search_day` WRITE;
/*!40000 ALTER TABLE `luffy_search_day` DISABLE KEYS */;
/*!40000 ALTER TABLE `luffy_search_day` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_search_lock`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_search_lock` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `name` varchar(16) NOT NULL,
  `owner` varchar(32) NOT NULL,
  `until` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_search_lock` WRITE;
/*!40000 ALTER TABLE `luffy_search_lock` DISABLE KEYS */;
INSERT INTO `luffy_search_lock` VALUES
(1,'writing','','2026-11-27 23:13:55.981521'),
(2,'rebuilding','','2026-11-27 23:13:53.401471');
/*!40000 ALTER TABLE `luffy_search_lock` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_search_word`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_search_word` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `day` date NOT NULL,
  `key` varchar(32) NOT NULL,
  `text` varchar(32) NOT NULL,
  `searches` int(10) unsigned NOT NULL CHECK (`searches` >= 0),
  `people` smallint(5) unsigned NOT NULL CHECK (`people` >= 0),
  `visitors` bigint(20) NOT NULL,
  `found` int(10) unsigned NOT NULL CHECK (`found` >= 0),
  PRIMARY KEY (`id`),
  UNIQUE KEY `search_word_of_day` (`day`,`key`),
  KEY `search_word_rare` (`day`,`people`,`searches`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_search_word` WRITE;
/*!40000 ALTER TABLE `luffy_search_word` DISABLE KEYS */;
INSERT INTO `luffy_search_word` VALUES
(1,'2026-11-27','5e884898da28047151d0e56f8dc62927','爬虫',7,5,9007201939652608,3),
(2,'2026-11-27','6b86b273ff34fce19d6b804eff5a3f57','量子力学',1,1,1024,0);
/*!40000 ALTER TABLE `luffy_search_word` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_section_progress`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_section_progress` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `position` int(10) unsigned NOT NULL CHECK (`position` >= 0),
  `watched` int(10) unsigned NOT NULL CHECK (`watched` >= 0),
  `section_id` bigint(20) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  `allowance` int(10) unsigned NOT NULL CHECK (`allowance` >= 0),
  `reported_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `progress_once_per_section` (`user_id`,`section_id`),
  KEY `progress_latest` (`user_id`,`updated_time`),
  KEY `luffy_section_progre_section_id_46ec17a0_fk_luffy_cou` (`section_id`),
  CONSTRAINT `luffy_section_progre_section_id_46ec17a0_fk_luffy_cou` FOREIGN KEY (`section_id`) REFERENCES `luffy_course_section` (`id`),
  CONSTRAINT `luffy_section_progress_user_id_7e848500_fk_luffy_user_id` FOREIGN KEY (`user_id`) REFERENCES `luffy_user` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_section_progress` WRITE;
/*!40000 ALTER TABLE `luffy_section_progress` DISABLE KEYS */;
INSERT INTO `luffy_section_progress` VALUES
(1,'2026-11-27 23:13:54.667728','2026-11-27 23:13:54.680896',5,0,117,1,31,'2026-11-27 23:13:54.680896'),
(2,'2026-11-27 23:13:54.705376','2026-11-27 23:13:54.719580',10,0,118,1,48,'2026-11-27 23:13:54.719580'),
(3,'2026-11-27 23:13:54.739195','2026-11-27 23:13:54.765031',15,0,119,1,55,'2026-11-27 23:13:54.765031');
/*!40000 ALTER TABLE `luffy_section_progress` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_sms_code`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_sms_code` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `mobile` varchar(11) NOT NULL,
  `purpose` varchar(10) NOT NULL,
  `digest` varchar(64) NOT NULL,
  `tries` smallint(5) unsigned NOT NULL CHECK (`tries` >= 0),
  `sent_at` datetime(6) NOT NULL,
  `used_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `sms_code_one_per_purpose` (`mobile`,`purpose`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_sms_code` WRITE;
/*!40000 ALTER TABLE `luffy_sms_code` DISABLE KEYS */;
/*!40000 ALTER TABLE `luffy_sms_code` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_sms_gate`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_sms_gate` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `turn` bigint(20) unsigned NOT NULL CHECK (`turn` >= 0),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_sms_gate` WRITE;
/*!40000 ALTER TABLE `luffy_sms_gate` DISABLE KEYS */;
/*!40000 ALTER TABLE `luffy_sms_gate` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_sms_sending`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_sms_sending` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `mobile` varchar(11) NOT NULL,
  `address` varchar(45) NOT NULL,
  `sent_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `luffy_sms_sending_sent_at_301b62a5` (`sent_at`),
  KEY `sms_sending_by_mobile` (`mobile`,`sent_at`),
  KEY `sms_sending_by_address` (`address`,`sent_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_sms_sending` WRITE;
/*!40000 ALTER TABLE `luffy_sms_sending` DISABLE KEYS */;
/*!40000 ALTER TABLE `luffy_sms_sending` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_teacher`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_teacher` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `orders` int(10) unsigned NOT NULL CHECK (`orders` >= 0),
  `is_show` tinyint(1) NOT NULL,
  `is_delete` tinyint(1) NOT NULL,
  `name` varchar(32) NOT NULL,
  `role` smallint(6) NOT NULL,
  `title` varchar(64) NOT NULL,
  `signature` varchar(255) NOT NULL,
  `image` varchar(100) NOT NULL,
  `brief` longtext NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_teacher` WRITE;
/*!40000 ALTER TABLE `luffy_teacher` DISABLE KEYS */;
INSERT INTO `luffy_teacher` VALUES
(1,'2026-11-27 23:13:51.699093','2026-11-27 23:13:51.699135',1,1,0,'林知夏',0,'Python 课程主讲','代码写给人看，顺便让机器执行。','teacher/demo/lin-zhixia.webp','喜欢把复杂的概念画成一张图。主讲 Python 入门与 Web 后端，习惯在每节课开头先说清楚“为什么要学它”。（演示用虚构讲师）'),
(2,'2026-11-27 23:13:51.699206','2026-11-27 23:13:51.699223',2,1,0,'陈墨白',0,'后端与数据采集讲师','先量一量，再优化。','teacher/demo/chen-mobai.webp','长期和网络程序打交道，偏爱用数字说明问题。主讲爬虫、异步与容器部署，课堂上的每个结论都可以亲手复现。（演示用虚构讲师）'),
(8,'2026-11-27 23:13:51.699542','2026-11-27 23:13:51.699556',8,1,0,'周小满',2,'学习规划与工程实践','今天比昨天多懂一点点就好。','teacher/demo/zhou-xiaoman.webp','陪伴同学完成学习计划，也主讲办公自动化、Git 与 TypeScript。回复消息很快，鼓励从不吝啬。（演示用虚构讲师）');
/*!40000 ALTER TABLE `luffy_teacher` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_user`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_user` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `password` varchar(128) NOT NULL,
  `last_login` datetime(6) DEFAULT NULL,
  `is_superuser` tinyint(1) NOT NULL,
  `first_name` varchar(150) NOT NULL,
  `last_name` varchar(150) NOT NULL,
  `is_staff` tinyint(1) NOT NULL,
  `is_active` tinyint(1) NOT NULL,
  `date_joined` datetime(6) NOT NULL,
  `username` varchar(30) NOT NULL,
  `nickname` varchar(30) NOT NULL,
  `signature` varchar(100) NOT NULL,
  `mobile` varchar(11) DEFAULT NULL,
  `email` varchar(254) DEFAULT NULL,
  `icon` varchar(100) NOT NULL,
  `token_epoch` int(10) unsigned NOT NULL CHECK (`token_epoch` >= 0),
  `username_key` varchar(540) NOT NULL,
  `closed_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `username` (`username`),
  UNIQUE KEY `luffy_user_username_key_2886cac2_uniq` (`username_key`),
  UNIQUE KEY `mobile` (`mobile`),
  UNIQUE KEY `email` (`email`)
) ENGINE=InnoDB AUTO_INCREMENT=6 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_user` WRITE;
/*!40000 ALTER TABLE `luffy_user` DISABLE KEYS */;
INSERT INTO `luffy_user` VALUES
(1,'md5$6pLqIJe60buNncyANBV6w7$d25e221e6f3d9fbf4c6daa8f7fc4aeec',NULL,0,'','',0,1,'2026-11-27 23:13:51.664917','student','小帆','','13800000001',NULL,'',0,'student',NULL),
(2,'md5$8URyieZia8Aet9VmAifMkk$6f6e910ac373eb7bbc6f8b7646198751',NULL,0,'','',0,1,'2026-11-27 23:13:51.670673','student2','小舟','','13800000002',NULL,'',0,'student2',NULL),
(3,'md5$i9NzIQSFbe7tIlbm6hLFBX$8f67a47fe1348d24b84a9de5fc1724f1',NULL,1,'','',1,1,'2026-11-27 23:13:51.685269','admin','教务老师','',NULL,NULL,'',0,'admin',NULL),
(4,'md5$K7l0FVhZCQAnlbsMdwP3VL$eadfccc65d3f973ac78a90e06fccab1f',NULL,0,'','',1,1,'2026-11-27 23:13:56.101179','operator','operator','',NULL,NULL,'',0,'operator',NULL),
(5,'md5$rLDGY5WnnRJrCSYDUIwBYJ$f042e0f638d8e90e7f52b7973eab1e7a',NULL,0,'','',1,1,'2026-11-27 23:13:56.113040','accountant','accountant','',NULL,NULL,'',0,'accountant',NULL);
/*!40000 ALTER TABLE `luffy_user` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_user_groups`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_user_groups` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `group_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `luffy_user_groups_user_id_group_id_65493864_uniq` (`user_id`,`group_id`),
  KEY `luffy_user_groups_group_id_2c552c5a_fk_auth_group_id` (`group_id`),
  CONSTRAINT `luffy_user_groups_group_id_2c552c5a_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`),
  CONSTRAINT `luffy_user_groups_user_id_118ec1b6_fk_luffy_user_id` FOREIGN KEY (`user_id`) REFERENCES `luffy_user` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_user_groups` WRITE;
/*!40000 ALTER TABLE `luffy_user_groups` DISABLE KEYS */;
INSERT INTO `luffy_user_groups` VALUES
(1,4,1),
(2,5,2);
/*!40000 ALTER TABLE `luffy_user_groups` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_user_user_permissions`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_user_user_permissions` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `luffy_user_user_permissions_user_id_permission_id_a7014396_uniq` (`user_id`,`permission_id`),
  KEY `luffy_user_user_perm_permission_id_3150f78c_fk_auth_perm` (`permission_id`),
  CONSTRAINT `luffy_user_user_perm_permission_id_3150f78c_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`),
  CONSTRAINT `luffy_user_user_permissions_user_id_b132f823_fk_luffy_user_id` FOREIGN KEY (`user_id`) REFERENCES `luffy_user` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_user_user_permissions` WRITE;
/*!40000 ALTER TABLE `luffy_user_user_permissions` DISABLE KEYS */;
INSERT INTO `luffy_user_user_permissions` VALUES
(1,4,138),
(2,5,32);
/*!40000 ALTER TABLE `luffy_user_user_permissions` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_video_job`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_video_job` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `source` varchar(255) NOT NULL,
  `state` smallint(6) NOT NULL,
  `progress` smallint(5) unsigned NOT NULL CHECK (`progress` >= 0),
  `attempts` smallint(5) unsigned NOT NULL CHECK (`attempts` >= 0),
  `heartbeat` datetime(6) DEFAULT NULL,
  `persistent_id` varchar(128) NOT NULL,
  `output` varchar(255) NOT NULL,
  `error` varchar(255) NOT NULL,
  `section_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `job_once_per_film` (`section_id`,`source`),
  KEY `job_queue` (`state`,`id`),
  CONSTRAINT `luffy_video_job_section_id_2d04d8d7_fk_luffy_course_section_id` FOREIGN KEY (`section_id`) REFERENCES `luffy_course_section` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_video_job` WRITE;
/*!40000 ALTER TABLE `luffy_video_job` DISABLE KEYS */;
INSERT INTO `luffy_video_job` VALUES
(1,'2026-11-27 23:13:54.922852','2026-11-27 23:13:54.922877','course/videos/202611/8978d50f23fa41e4a59ffc724f37716d/source.mp4',2,100,1,'2026-11-27 23:13:54.945073','','','',418),
(2,'2026-11-27 23:13:55.032491','2026-11-27 23:13:55.032519','course/videos/202611/acb755b44b874aa288f973d229d80d83/source.mp4',3,0,1,'2026-11-27 23:13:55.051872','','','转码失败,视频文件可能已损坏',419),
(3,'2026-11-27 23:13:55.147679','2026-11-27 23:13:55.147729','course/videos/202611/481980a3ed7848ccbe3a98250fab8ca9/source.mp4',3,0,1,'2026-11-27 23:13:55.198322','','','文件内容不是有效的视频,请重新上传',420),
(4,'2026-11-27 23:13:55.333354','2026-11-27 23:13:55.333405','course/videos/202611/63b6c471027d49708ae93896e9b11857/source.mp4',1,40,1,'2026-11-27 23:13:55.429247','z0.0001','course/videos/202611/63b6c471027d49708ae93896e9b11857/hls-00000003','',421),
(5,'2026-11-27 23:13:55.545286','2026-11-27 23:13:55.545334','course/videos/202611/df5eca5940ae4da49972dec40d9a850a/source.mp4',0,0,0,NULL,'','','',422),
(6,'2026-11-27 23:13:55.650442','2026-11-27 23:13:55.650489','course/videos/202611/d611f88922ab45bb84ec2f99bca3258a/source.mp4',2,100,1,'2026-11-27 23:13:55.672166','','','',423),
(7,'2026-11-27 23:13:55.756350','2026-11-27 23:13:55.756371','course/videos/202611/e1440a4055fe47a5bf48c669960f52e8/source.mp4',0,0,0,NULL,'','','',423),
(8,'2026-11-27 23:13:55.867569','2026-11-27 23:13:55.867589','course/videos/202611/5785638ec8d64e82b0a89d97439e1cee/source.mp4',2,100,1,'2026-11-27 23:13:55.884312','','','',425);
/*!40000 ALTER TABLE `luffy_video_job` ENABLE KEYS */;
UNLOCK TABLES;
DROP TABLE IF EXISTS `luffy_video_upload`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `luffy_video_upload` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_time` datetime(6) NOT NULL,
  `updated_time` datetime(6) NOT NULL,
  `filename` varchar(200) NOT NULL,
  `size` bigint(20) unsigned NOT NULL CHECK (`size` >= 0),
  `provider` varchar(16) NOT NULL,
  `key` varchar(255) NOT NULL,
  `upload_id` longtext NOT NULL,
  `part_size` int(10) unsigned NOT NULL CHECK (`part_size` >= 0),
  `state` smallint(6) NOT NULL,
  `error` varchar(255) NOT NULL,
  `expires_at` datetime(6) NOT NULL,
  `section_id` bigint(20) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `key` (`key`),
  KEY `luffy_video_upload_user_id_3a114ec6_fk_luffy_user_id` (`user_id`),
  KEY `upload_expiring` (`state`,`expires_at`),
  KEY `upload_to_resume` (`section_id`,`user_id`,`state`),
  CONSTRAINT `luffy_video_upload_section_id_5ff4e996_fk_luffy_cou` FOREIGN KEY (`section_id`) REFERENCES `luffy_course_section` (`id`),
  CONSTRAINT `luffy_video_upload_user_id_3a114ec6_fk_luffy_user_id` FOREIGN KEY (`user_id`) REFERENCES `luffy_user` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=11 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `luffy_video_upload` WRITE;
/*!40000 ALTER TABLE `luffy_video_upload` DISABLE KEYS */;
INSERT INTO `luffy_video_upload` VALUES
(1,'2026-11-27 23:13:54.883613','2026-11-27 23:13:54.916711','lesson.mp4',32,'local','course/videos/202611/8978d50f23fa41e4a59ffc724f37716d/source.mp4','db14264607d92ee2b8218868dc210b80',8388608,2,'','2026-11-28 23:13:54.857454',418,3),
(2,'2026-11-27 23:13:54.997835','2026-11-27 23:13:55.019963','lesson.mp4',32,'local','course/videos/202611/acb755b44b874aa288f973d229d80d83/source.mp4','ccd4b70405efd76b2aa2509f1bdc4bed',8388608,2,'','2026-11-28 23:13:54.997158',419,3),
(3,'2026-11-27 23:13:55.115966','2026-11-27 23:13:55.137896','lesson.mp4',32,'local','course/videos/202611/481980a3ed7848ccbe3a98250fab8ca9/source.mp4','d30e25c36b143ced027a03ceaf2f350c',8388608,2,'','2026-11-28 23:13:55.115078',420,3),
(4,'2026-11-27 23:13:55.262684','2026-11-27 23:13:55.303991','lesson.mp4',32,'local','course/videos/202611/63b6c471027d49708ae93896e9b11857/source.mp4','9c3049345d43936f8b18a3691438b3e9',8388608,2,'','2026-11-28 23:13:55.261481',421,3),
(5,'2026-11-27 23:13:55.486438','2026-11-27 23:13:55.529310','lesson.mp4',32,'local','course/videos/202611/df5eca5940ae4da49972dec40d9a850a/source.mp4','6bd75048cb9d931678e4905e3326c792',8388608,2,'','2026-11-28 23:13:55.485206',422,3),
(6,'2026-11-27 23:13:55.611520','2026-11-27 23:13:55.641075','old.mp4',32,'local','course/videos/202611/d611f88922ab45bb84ec2f99bca3258a/source.mp4','dd0ac3fe5b88a49983f00ff0be363c22',8388608,2,'','2026-11-28 23:13:55.610689',423,3),
(7,'2026-11-27 23:13:55.721197','2026-11-27 23:13:55.753311','new.mp4',32,'local','course/videos/202611/e1440a4055fe47a5bf48c669960f52e8/source.mp4','392387f4d61e6f9ce9e687b6c46c8cde',8388608,2,'','2026-11-28 23:13:55.719839',423,3),
(8,'2026-11-27 23:13:55.794179','2026-11-27 23:13:55.865618','lesson.mp4',32,'local','course/videos/202611/5785638ec8d64e82b0a89d97439e1cee/source.mp4','479197d45549485f4d586b86c6d14bff',8388608,2,'','2026-11-28 23:13:55.793332',425,3),
(9,'2026-11-27 23:13:56.011080','2026-11-27 23:13:56.011120','begun.mp4',10000,'local','course/videos/202611/aff4c13ee4964cfc9c4b3e5d5cb2a0a8/source.mp4','a8a14ee26564c3b24e86fdfc09bf3892',8388608,1,'','2026-11-28 23:13:56.009798',426,3),
(10,'2026-11-27 23:13:56.032194','2026-11-27 23:13:56.065724','text.mp4',4,'local','course/videos/202611/ee4faafe7ea94f8f922d83ae63cbd4ff/source.mp4','667b2190b5805612b97447837357b2e1',8388608,3,'文件内容不是有效的 MP4 或 FLV 视频','2026-11-28 23:13:56.031011',427,3);
/*!40000 ALTER TABLE `luffy_video_upload` ENABLE KEYS */;
UNLOCK TABLES;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

