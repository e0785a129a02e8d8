// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICatalog} from "../../../../contracts/interfaces/ICatalog.sol";
import {IMatching} from "../../../../contracts/interfaces/IMatching.sol";
import {IWorkerpoolRegistry} from "../../../../contracts/interfaces/IWorkerpoolRegistry.sol";
import {OrderKind} from "../../../../contracts/types/Orders.sol";
import {Tag} from "../../../../contracts/types/Tag.sol";
import {MatchingMarket} from "../../../fixtures/MatchingMarket.sol";

/// @dev Rules 1 to 5: category, trust, prices, assets, tags.
contract Terms_Unit_Test is MatchingMarket {
    function testFuzz_RevertWhen_TheCategoriesDiffer(uint256 demanded, uint256 offered) external {
        vm.assume(demanded != offered);
        requestOrder.category = demanded;
        workerpoolOrder.category = offered;
        _signOrders();

        _assertRefused(abi.encodeWithSelector(IMatching.CategoryMismatch.selector, demanded, offered));
    }

    function testFuzz_RevertGiven_TheCategoryDoesNotExist(uint256 category) external {
        category = bound(category, 2, type(uint256).max);
        requestOrder.category = workerpoolOrder.category = category;
        _signOrders();

        _assertRefused(abi.encodeWithSelector(ICatalog.UnknownCategory.selector, category));
    }

    function testFuzz_RevertWhen_TheRequestAsksForMoreTrustThanTheWorkerpoolOffers(
        uint256 demanded,
        uint256 offered
    ) external {
        offered = bound(offered, 0, type(uint256).max - 1);
        demanded = bound(demanded, offered + 1, type(uint256).max);
        requestOrder.trust = demanded;
        workerpoolOrder.trust = offered;
        _signOrders();
        _assertClassicRefused(abi.encodeWithSelector(IMatching.TrustTooHigh.selector, demanded, offered));

        requestOrder.trust = 1;
        workerpoolOrder.trust = 0;
        _signOrders();
        _assertRefused(abi.encodeWithSelector(IMatching.TrustTooHigh.selector, 1, 0));
    }

    function testFuzz_ShouldAcceptAsMuchTrustAsTheWorkerpoolOffers(uint256 trust) external {
        requestOrder.trust = workerpoolOrder.trust = trust;

        assertEq(poco.viewDeal(_matchOrders()).trust, trust == 0 ? 1 : trust);
    }

    function testFuzz_RevertWhen_TheAppCostsMoreThanTheRequestPays(uint256 price, uint256 maxPrice) external {
        (price, maxPrice) = _dearer(price, maxPrice);
        appOrder.appprice = price;
        requestOrder.appmaxprice = maxPrice;
        _signOrders();

        _assertRefused(abi.encodeWithSelector(IMatching.PriceTooHigh.selector, OrderKind.APP, price, maxPrice));
    }

    function testFuzz_RevertWhen_TheDatasetCostsMoreThanTheRequestPays(uint256 price, uint256 maxPrice) external {
        (price, maxPrice) = _dearer(price, maxPrice);
        datasetOrder.datasetprice = price;
        requestOrder.datasetmaxprice = maxPrice;
        _signOrders();

        _assertRefused(abi.encodeWithSelector(IMatching.PriceTooHigh.selector, OrderKind.DATASET, price, maxPrice));
    }

    function testFuzz_RevertWhen_TheWorkerpoolCostsMoreThanTheRequestPays(uint256 price, uint256 maxPrice) external {
        (price, maxPrice) = _dearer(price, maxPrice);
        workerpoolOrder.workerpoolprice = price;
        requestOrder.workerpoolmaxprice = maxPrice;
        _signOrders();

        _assertRefused(abi.encodeWithSelector(IMatching.PriceTooHigh.selector, OrderKind.WORKERPOOL, price, maxPrice));
    }

    function testFuzz_RevertWhen_TheAppIsNotTheOneDemanded(address demanded) external {
        vm.assume(demanded != app);
        requestOrder.app = demanded;
        _signOrders();

        _assertRefused(_assetMismatch(OrderKind.APP, demanded, app));
    }

    function testFuzz_RevertWhen_TheDatasetIsNotTheOneDemanded(address demanded) external {
        vm.assume(demanded != dataset);
        requestOrder.dataset = demanded;
        _signOrders();

        _assertRefused(_assetMismatch(OrderKind.DATASET, demanded, dataset));
    }

    function test_RevertWhen_ADatasetIsOfferedThatNobodyDemanded() external {
        requestOrder.dataset = address(0);
        _signOrders();

        _assertRefused(_assetMismatch(OrderKind.DATASET, address(0), dataset));
    }

    function test_RevertWhen_NoDatasetIsOfferedThoughOneIsDemanded() external {
        delete datasetOrder;
        _signOrders();

        _assertRefused(_assetMismatch(OrderKind.DATASET, dataset, address(0)));
    }

    function testFuzz_RevertWhen_TheWorkerpoolLacksABitOfTheApp(uint8 bit) external {
        appOrder.tag = _tag(1 << bit);
        workerpoolOrder.tag = _tag(~(uint256(1) << bit));
        _signOrders();

        _assertRefused(_notCovered(appOrder.tag));
    }

    function testFuzz_RevertWhen_TheWorkerpoolLacksABitOfTheDataset(uint8 bit) external {
        vm.assume(bit < 1 || bit > 3);
        datasetOrder.tag = _tag(1 << bit);
        workerpoolOrder.tag = _tag(~(uint256(1) << bit));
        _signOrders();

        _assertRefused(_notCovered(datasetOrder.tag));
    }

    function testFuzz_RevertWhen_TheWorkerpoolLacksABitOfTheRequest(uint8 bit) external {
        requestOrder.tag = _tag(1 << bit);
        workerpoolOrder.tag = _tag(~(uint256(1) << bit));
        _signOrders();

        _assertRefused(_notCovered(requestOrder.tag));
    }

    function testFuzz_RevertWhen_TheRequestDemandsAnEnclaveThatTheAppIsNotMadeFor(uint256 appBits) external {
        appOrder.tag = _tag(appBits & ~uint256(1));
        requestOrder.tag = _tag(1);
        workerpoolOrder.tag = _tag(type(uint256).max);
        _signOrders();

        _assertRefused(abi.encodeWithSelector(IMatching.AppWithoutTee.selector, appOrder.tag | _tag(1), appOrder.tag));
    }

    function test_RevertWhen_TheDatasetDemandsAnEnclaveThatTheAppIsNotMadeFor() external {
        datasetOrder.tag = _tag(3);
        workerpoolOrder.tag = _tag(type(uint256).max);
        _signOrders();

        _assertRefused(abi.encodeWithSelector(IMatching.AppWithoutTee.selector, _tag(1), _tag(0)));
    }

    /// @dev Our registry cannot say that, another one that the owner chose could.
    function testFuzz_RevertGiven_TheRegistrySaysThatTheSchedulerKeepsMoreThanTheWholeReward(uint256 ratio) external {
        ratio = bound(ratio, 101, type(uint256).max);
        _mockTerms(ratio);
        _signOrders();

        _assertRefused(abi.encodeWithSelector(IMatching.RewardRatioTooHigh.selector, workerpool, ratio, 100));
    }

    function test_ShouldAcceptASchedulerThatKeepsTheWholeReward() external {
        _mockTerms(100);
        _signOrders();

        _assertAdmitted();
    }

    function _mockTerms(uint256 ratio) private {
        bytes memory question = abi.encodeCall(IWorkerpoolRegistry.termsOf, (workerpool));
        vm.mockCall(address(workerpoolRegistry), question, abi.encode(scheduler.addr, 30, ratio));
    }

    /// @dev What is protected for Scone, Gramine or TDX runs in an enclave of any sort.
    function test_ShouldIgnoreTheFrameworkOfTheDataset() external {
        _withTee();
        datasetOrder.tag = _tag(0x0f);
        _signOrders();

        _assertAdmitted();
        assertEq(Tag.unwrap(poco.viewDeal(_match()).tag), bytes32(uint256(1)));
    }

    function testFuzz_ShouldIgnoreTheTagOfAnOrderOfNoDataset(uint256 bits) external {
        _withoutDataset();
        datasetOrder.tag = _tag(bits);
        _signOrders();

        _assertAdmitted();
        assertEq(Tag.unwrap(poco.viewDeal(_match()).tag), 0);
    }

    function testFuzz_WhenTagsFit(uint256 appBits, uint256 datasetBits, uint256 requestBits, uint256 spare) external {
        appBits |= 1;
        uint256 demand = appBits | (datasetBits & ~uint256(0x0e)) | requestBits;
        appOrder.tag = _tag(appBits);
        datasetOrder.tag = _tag(datasetBits);
        requestOrder.tag = _tag(requestBits);
        workerpoolOrder.tag = _tag(demand | spare);

        // It should keep all that app and dataset and request demand.
        assertEq(Tag.unwrap(poco.viewDeal(_matchOrders()).tag), bytes32(demand));
    }

    /// @dev A price above the most that is paid, but not above all that boost can keep.
    function _dearer(uint256 price, uint256 maxPrice) private pure returns (uint256, uint256) {
        price = bound(price, 1, type(uint96).max);
        return (price, bound(maxPrice, 0, price - 1));
    }

    function _assetMismatch(OrderKind kind, address demanded, address offered) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMatching.AssetMismatch.selector, kind, demanded, offered);
    }

    function _notCovered(Tag demanded) private view returns (bytes memory) {
        return abi.encodeWithSelector(IMatching.TagNotCovered.selector, demanded, workerpoolOrder.tag);
    }
}
